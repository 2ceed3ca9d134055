"""Payment card numbers (ISO/IEC 7812): known issuer ranges, the right length, and the Luhn check digit."""

import re
from collections.abc import Iterator

from commonwheel.curate.checksums import luhn
from commonwheel.curate.nearby import named_at, within_account
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context, near

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
    (r"(?:5067|4576|4011|6362|5041|6504|6505|6516|6550)", frozenset({16})),  # Elo
    (r"606282|3841", frozenset({13, 16, 19})),  # Hipercard
    (r"5[0678]9|6304|6759|676[1-3]|5018|5020|5038|5893", frozenset({16})),  # Maestro's usual ranges
    (r"1946", frozenset({16})),  # UzCard, Humo
)
_KNOWN = tuple((re.compile(prefix), lengths) for prefix, lengths in _ISSUERS)
_MAESTRO = re.compile(r"50|5[6-9]|6[0-9]")
"""Maestro's ranges are wide and its lengths 12 to 19, so it needs a word that names it."""
_SURE = re.compile(
    r"4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[47]|30[0-5]|3[689]|6011|64[4-9]|65|35|62|220[0-4]|60|8[12]|508|9792"
)
MOST_GROUPS = 6
"""Groups of digits that one number is written in."""
_GROUPINGS = frozenset({
    (4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), (4, 4, 5), (8, 8), (4, 4, 4, 4, 2), (4, 4, 4,
    4, 1),
    (4, 7, 4), (4, 5, 6), (4, 4, 4, 3), (4, 4, 4, 2),
})  # fmt: skip
"""How card numbers are written."""
_CARD_WORDS = context(
    "card", "cards", "credit", "debit", "visa", "mastercard", "maestro", "amex", "american express", "discover",
    "diners", "unionpay", "rupay", "jcb", "cc", "ccn", "pan", "cvv", "cvc", "card_number", "cardnumber",
    "creditcard",
    "kreditkarte", "karte", "karten", "kartennummer", "kreditkartennummer", "carte", "carte bancaire",
    "carte de crédit", "carte bleue", "tarjeta", "carta", "cartão", "cartao", "kreditkaart", "creditcard",
    "pinpas",
    "bankkaart", "karta", "karty", "kartą", "kart", "kartı", "kort", "kortet", "kreditkort", "kortti",
    "luottokortti",
    "platební", "kartou", "bankkártya", "карта", "карты", "карту", "карте", "картка", "картки", "κάρτα", "kartu",
    "kartu kredit", "thẻ", "卡号", "卡號", "信用卡", "银行卡", "カード", "クレジット", "카드", "بطاقة",
    "البطاقة", "کارت",
    "כרטיס", "कार्ड", "คาร์ด", "บัตรเครดิต",
)  # fmt: skip
_OTHERS = context(
    "tracking", "parcel", "shipment", "order", "invoice", "imei", "serial", "barcode", "ean", "upc", "isbn",
    "timestamp", "snowflake", "tweet", "reference", "ticket", "sendungsnummer", "bestellnummer", "suivi", "pedido",
    "seguimiento", "ordine", "заказ", "id", "uuid", "hash",
)  # fmt: skip


def _confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Numbers stand side by side, so every stretch of whole groups of digits may be the card."""
    groups = [found.span() for found in _DIGITS.finditer(scanned.text, *match.span())]
    taken = 0
    for first in range(len(groups)):
        if groups[first][0] < taken:
            continue
        for last in range(min(len(groups), first + MOST_GROUPS), first, -1):
            start, end = groups[first][0], groups[last - 1][1]
            digits = "".join(scanned.text[begin:stop] for begin, stop in groups[first:last])
            if not 12 <= len(digits) <= 19:
                continue
            sizes = tuple(stop - begin for begin, stop in groups[first:last])
            if luhn(digits) and (score := _score(scanned, digits, sizes, start, end)):
                yield Hit("personal.card", start, end, score)
                taken = groups[last - 1][1]
                break


_DIGITS = re.compile(r"[0-9]+")
_DECIMAL_BEFORE = re.compile(r"[0-9]\.$")
_DECIMAL = re.compile(r"[0-9]{1,3}\.[0-9]{9,}")
_DECIMAL_AFTER = re.compile(r"\.[0-9]")


def _score(scanned: Scanned, digits: str, sizes: tuple[int, ...], start: int, end: int) -> float:
    """How sure a number with a right check digit is a card's."""
    text = scanned.text
    if _DECIMAL_BEFORE.search(text, max(0, start - 2), start) or (
        len(sizes) == 1 and _DECIMAL_AFTER.match(text, end)
    ):
        return 0.0
    if len(set(digits)) == 1 or _DECIMAL.fullmatch(text, start, end):
        return 0.0
    if within_account(scanned, start):
        return 0.0
    known = any(len(digits) in lengths and prefix.match(digits) for prefix, lengths in _KNOWN)
    other = named_at(scanned, start, _OTHERS, 30)
    word = named_at(scanned, start, _CARD_WORDS, 60)
    if other is not None and other >= (word or 0):
        return 0.2 if known else 0.0
    if word is not None or near(scanned, start, end, _CARD_WORDS, 60, 40):
        return 1.0 if known else 0.9 if _MAESTRO.match(digits) else 0.0
    if not known or not _SURE.match(digits):
        return 0.0
    if len(sizes) == 1:
        return 0.9 if len(digits) in (15, 16) else 0.7 if len(digits) == 14 else 0.4 if len(digits) > 16 else 0.2
    return 0.95 if sizes in _GROUPINGS else 0.4


DETECTOR = Detector(
    name="card",
    version="3",
    about=About(
        finds="Numbers of payment cards: Visa, Mastercard, American Express, Diners Club, Discover, JCB, "
        "UnionPay, Maestro, Mir, RuPay, Troy, Elo, Hipercard.",
        how="The issuer's range, a length that it has, and the Luhn check digit; surer where they are grouped as "
        "on cards or a word about cards stands beside them, less where a word names a parcel or an order.",
        misses="Masked numbers, and numbers with a wrong check digit.",
    ),
    patterns=(
        Pattern(
            expression=re.compile(r"(?<!\w)(?<![0-9][.,-])[0-9](?:[ .-]{0,2}[0-9]){11,60}(?!\w)", re.ASCII),
            confirm=_confirm, rule="luhn",
            says="A payment card: the issuer's range, the length and the check digit are right.",
        ),
    ),
)  # fmt: skip
