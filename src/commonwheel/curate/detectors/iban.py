"""International bank account numbers (ISO 13616): the country's length and shape, and the mod-97 check."""

import re
from collections.abc import Iterator

from stdnum import iban

from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned

_REGISTRY = """
AD:24 AE:23n AL:28 AT:20n AZ:28 BA:20n BE:16n BG:22 BH:22 BI:27n BR:29 BY:28 CH:21 CR:22n CY:28 CZ:24n DE:22n
DJ:27n DK:18n DO:28 EE:20n EG:29n ES:24n FI:18n FK:18 FO:18n FR:27 GB:22 GE:22 GI:23 GL:18n GR:27 GT:28 HN:28
HR:21n HU:28n IE:22 IL:23n IQ:23 IS:26n IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20n LU:20 LV:21 LY:25n
MC:27 MD:24 ME:22n MK:19 MN:20n MR:27n MT:31 MU:30 NI:28 NL:18 NO:15n OM:23 PK:24 PL:28n PS:29 PT:25n QA:29
RO:24 RS:22n RU:33 SA:24 SC:31 SD:18n SE:24n SI:19n SK:24n SM:27 SO:23n ST:25n SV:28 TL:23n TN:24n TR:26
UA:29 VA:22n VG:24 XK:20n YE:30
AO:25n BF:28 BJ:28 CF:27n CG:27n CI:28 CM:27n CV:25n DZ:26n GA:27n GQ:27n GW:25 IR:26n KM:27n MA:28n MG:27n
ML:28 MZ:25n NE:28 SN:28 TD:27n TG:28
"""
_LENGTHS = {code: int(length.rstrip("n")) for code, length in (entry.split(":") for entry in _REGISTRY.split())}
"""Characters of an IBAN per country; those of the last two lines are not in SWIFT's registry, but used."""
_DIGITS = "|".join(sorted(entry[:2] for entry in _REGISTRY.split() if entry.endswith("n")))
_MIXED = "|".join(sorted(entry[:2] for entry in _REGISTRY.split() if not entry.endswith("n")))
_SEPARATORS = re.compile(r"[ .\-/]")


def _confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    length = _LENGTHS[match.group(1).upper()]
    run, taken = match.group(), 0
    for offset, character in enumerate(run):
        taken += character.isalnum()
        if taken == length:
            after = scanned.text[match.start() + offset + 1 : match.start() + offset + 2]
            compact = _SEPARATORS.sub("", run[: offset + 1]).upper()
            if not (after.isascii() and after.isalnum()) and iban.is_valid(compact, check_country=False):
                yield Hit("personal.iban", match.start(), match.start() + offset + 1, 1.0)
            return


def _written(countries: str, sign: str, most: int) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![A-Za-z0-9])({countries})[ .-]{{0,2}}[0-9][ ]?[0-9](?:[ .\-/]{{0,2}}{sign}){{11,{most}}}",
        re.ASCII | re.IGNORECASE,
    )


DETECTOR = Detector(
    name="iban",
    version="3",
    about=About(
        finds="International bank account numbers (IBAN), however they are spaced, in capitals or not.",
        how="The country's length and the two check digits of ISO 13616.",
        where=f"{len(_LENGTHS)} countries.",
        misses="Account numbers with a wrong check, or with parts left out.",
    ),
    patterns=(
        Pattern(
            expression=_written(_DIGITS, "[0-9]", 26), confirm=_confirm, rule="digits",
            says="A bank account (IBAN): the country's length and the check digits are right.",
        ),
        Pattern(
            expression=_written(_MIXED, "[A-Z0-9]", 31), confirm=_confirm, rule="mixed",
            says="A bank account (IBAN): the country's length and the check digits are right.",
        ),
    ),
)  # fmt: skip
