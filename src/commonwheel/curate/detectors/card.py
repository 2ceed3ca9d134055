"""Payment card numbers (ISO/IEC 7812): known issuer ranges, the right length, and the Luhn check digit."""

import re
from collections.abc import Iterator

from stdnum import luhn

from commonwheel.curate.scan import Hit, Pattern, Scanned, near, text_detector, words

_ISSUERS: tuple[tuple[str, frozenset[int]], ...] = (
    (r"4", frozenset({13, 16, 19})),  # Visa
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", frozenset({16})),  # Mastercard
    (r"3[47]", frozenset({15})),  # American Express
    (r"30[0-5]|3095|3[689]", frozenset({14, 16, 19})),  # Diners Club
    (r"6011|64[4-9]|65", frozenset({16, 19})),  # Discover
    (r"352[89]|35[3-8]", frozenset({16, 17, 18, 19})),  # JCB
    (r"62", frozenset({16, 17, 18, 19})),  # UnionPay
    (r"220[0-4]", frozenset({16, 17, 18, 19})),  # Mir
    (r"60|81|82|508|353|356", frozenset({16})),  # RuPay
    (r"9792", frozenset({16})),  # Troy
    (r"2131|1800", frozenset({15})),  # JCB, older
)
_KNOWN = tuple((re.compile(prefix), lengths) for prefix, lengths in _ISSUERS)
_MAESTRO = re.compile(r"50|5[6-9]|6[0-9]")
"""Maestro's ranges are wide and its lengths 12 to 19, so it needs a word that names it."""
MOST_GROUPS = 6
"""Groups of digits that one number is written in."""
_CARD_WORDS = words(
    "cards?", "credit", "debit", "visa", "mastercard", "maestro", "amex", "american express", "discover", "pan",
    "kreditkarten?(?:nummer)?", "karten?(?:nummer)?", "carte(?: bancaire| de crédit)?", "tarjeta", "carta",
    "cartão", "cvv", "cvc", "карт[аы]", "卡号", "信用卡", "カード",
)  # fmt: skip


def _confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Numbers stand side by side, so every stretch of whole groups of digits may be the card."""
    groups = [(found.start(), found.end()) for found in re.finditer(r"[0-9]+", match.group())]
    taken = 0
    for first in range(len(groups)):
        if groups[first][0] < taken:
            continue
        for last in range(min(len(groups), first + MOST_GROUPS), first, -1):
            start, end = match.start() + groups[first][0], match.start() + groups[last - 1][1]
            digits = re.sub(r"[^0-9]", "", scanned.text[start:end])
            if 12 <= len(digits) <= 19 and _is_card(scanned, digits, start, end):
                yield Hit("personal.card", start, end, _score(scanned, start, end, last - first))
                taken = groups[last - 1][1]
                break


def _is_card(scanned: Scanned, digits: str, start: int, end: int) -> bool:
    if not luhn.is_valid(digits) or re.match(r"[0-9]\.", scanned.text[max(0, start - 2) : start]):
        return False
    if any(len(digits) in lengths and prefix.match(digits) for prefix, lengths in _KNOWN):
        return True
    return bool(_MAESTRO.match(digits)) and near(scanned, start, end, _CARD_WORDS, 60, 30)


def _score(scanned: Scanned, start: int, end: int, groups: int) -> float:
    if near(scanned, start, end, _CARD_WORDS, 60, 40):
        return 1.0
    return 0.9 if groups in (1, 3, 4, 5) else 0.5


DETECTOR = text_detector(
    "card",
    "1",
    [
        Pattern(
            expression=re.compile(r"(?<![0-9A-Za-z_])(?<![0-9][.,-])[0-9](?:[ .-]?[0-9]){11,60}(?![0-9A-Za-z_])"),
            confirm=_confirm,
        )
    ],
)
