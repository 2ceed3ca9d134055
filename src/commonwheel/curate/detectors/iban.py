"""International bank account numbers (ISO 13616): the country's length and shape, and the mod-97 check."""

import re
from collections.abc import Iterator

from stdnum import iban

from commonwheel.curate.scan import Hit, Pattern, Scanned, text_detector

_REGISTRY = """
AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22
DJ:27 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21
HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27
MD:24 ME:22 MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24
RS:22 RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22
VG:24 XK:20 YE:30
"""
_LENGTHS = {code: int(length) for code, length in (entry.split(":") for entry in _REGISTRY.split())}
"""Characters of an IBAN per country, from SWIFT's IBAN registry."""


def _confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    length = _LENGTHS.get(match.group(1).upper())
    if length is None:
        return
    run, taken = match.group(), 0
    for offset, character in enumerate(run):
        taken += character.isalnum()
        if taken == length:
            after = run[offset + 1 : offset + 2]
            compact = re.sub(r"[ .-]", "", run[: offset + 1]).upper()
            if not after.isalnum() and iban.is_valid(compact, check_country=False):
                yield Hit("personal.iban", match.start(), match.start() + offset + 1, 1.0)
            return


DETECTOR = text_detector(
    "iban",
    "1",
    [
        Pattern(
            expression=re.compile(
                r"(?<![A-Za-z0-9])([A-Za-z]{2})[ -]?[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,31}", re.ASCII
            ),
            confirm=_confirm,
        )
    ],
)
