"""Which word names a number: the nearest one before it, in the same breath, or one just after it.

Numbers of people look alike, so what is written beside one decides. A word counts while nothing else that
looks like a value, and no end of a sentence, stands between the two.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.scan import Scanned, context

_BREAK = re.compile(r"[0-9][0-9.,/ -]{0,4}[0-9][0-9.,/ -]{0,4}[0-9]|[!?]|\.\s+[^\W\d_a-z][a-z]{2}|\n\s{0,9}\n|\0")
"""Another value, or the end of a thought."""

CLUSTER = re.compile(r"[0-9](?:[ ./-]?[0-9]){4,30}")
"""Five digits or more: what nearly all numbers hold, so that the scan looks for one thing instead of hundreds."""
CODE = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{0,7}[0-9][0-9A-Za-z]{2,20}")
"""A word with a digit in it: what codes of letters and digits begin with, for the same reason."""
_MARGIN = 14
"""Letters of a number before and after its digits, at most."""
_LONGEST = 16


def around(scanned: Scanned, match: re.Match[str], shape: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """What is written in a shape where a `CLUSTER` or a `CODE` is."""
    until = match.end() + 2 * _MARGIN
    for found in shape.finditer(scanned.text, max(0, match.start() - _MARGIN), until):
        if found.start() >= match.end():
            return
        if found.end() > match.start() and (found.end() < until or until >= len(scanned.text)):
            yield found


def named_at(scanned: Scanned, start: int, words: re.Pattern[str], reach: int = 40) -> int | None:
    """Where the last of `words` ends that stands before `start` in the same breath; None where none does."""
    last = None
    for last in words.finditer(scanned.text, max(0, start - reach), start):  # noqa: B007
        pass
    return None if last is None or _BREAK.search(scanned.text, last.end(), start) else last.end()


def named_after(scanned: Scanned, end: int, words: re.Pattern[str], reach: int = 24) -> bool:
    """Whether one of `words` follows in the same breath."""
    found = words.search(scanned.text, end, end + reach + _LONGEST)  # a word that is cut off looks like another
    return (
        found is not None
        and found.start() < end + reach
        and _BREAK.search(scanned.text, end, found.start()) is None
    )


def named(
    scanned: Scanned, start: int, end: int, words: re.Pattern[str], before: int = 40, after: int = 24
) -> bool:
    """Whether one of `words` names what stands from `start` to `end`."""
    return named_at(scanned, start, words, before) is not None or named_after(scanned, end, words, after)


_ACCOUNT_BEFORE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}[ .-](?:[0-9A-Za-z]{4}[ .-]){0,7}$")


def within_account(scanned: Scanned, start: int) -> bool:
    """Whether the beginning of an international account number stands before: what follows is its middle."""
    return _ACCOUNT_BEFORE.search(scanned.text, max(0, start - 40), start) is not None


OTHER_NUMBERS = context(
    "order", "invoice", "account", "acct", "a/c", "routing", "reference", "ref", "ticket", "case", "tracking",
    "parcel", "shipment", "serial", "s/n", "isbn", "issn", "ean", "gtin", "upc", "asin", "doi", "pmid", "ssn",
    "social security", "social", "sku", "part", "model", "item", "lot", "batch", "id", "ids", "vat", "tax",
    "passport",
    "license", "licence", "iban", "card", "policy", "customer", "member", "membership", "employee", "student",
    "patient", "zip", "postcode", "version", "build", "page", "pages", "chapter", "flight", "port", "pid", "uid",
    "timestamp", "epoch", "seed", "hash", "nhs", "sin", "tfn", "imei", "imsi", "iccid", "vin", "dni", "nif", "cpf",
    "cnpj", "rut", "curp", "pesel", "nip", "regon", "oib", "bsn", "kvk", "siret", "siren", "rib", "aadhaar", "pan",
    "nik", "npwp", "bestellnummer", "bestellung", "rechnung", "kundennummer", "kontonummer", "konto", "auftrag",
    "vorgang", "sendungsnummer", "aktenzeichen", "artikelnummer", "seriennummer", "steuernummer", "commande",
    "facture", "compte", "dossier", "référence", "numéro de série", "pedido", "factura", "cuenta", "referencia",
    "expediente", "ordine", "fattura", "conto", "pratica", "codice", "bestelling", "factuur", "rekening",
    "encomenda",
    "fatura", "conta", "protocolo", "zamówienie", "zamówienia", "faktura", "konta", "заказ", "заказа", "счёт",
    "счет", "инн", "снилс", "паспорт", "паспорта", "загранпаспорта", "договор", "замовлення", "рахунок", "sipariş",
    "kimlik", "订单", "單號", "单号", "账号", "编号", "注文", "口座", "주문", "계좌", "رقم الطلب", "حساب",
    "ऑर्डर", "खाता",
    "fiscal", "national", "nacional", "nazionale", "sécurité sociale", "permis", "cnh", "habilitação", "permiso",
    "carné", "carnet", "patente", "rijbewijs", "führerschein", "prawo jazdy", "prawa jazdy", "reisepass",
    "passeport",
    "pasaporte", "passaporto", "paspoort", "passaporte", "personnummer", "rodné číslo", "rodné", "cnp", "jmbg",
    "population", "revenue", "price", "prices", "cost", "costs", "kostet", "kosten", "coûte", "cuesta", "costa",
    "custa", "harga",
    "kosztuje", "users", "subscribers", "sales", "стоит", "цена", "价格", "total", "amount", "salary", "rp",
    "usd", "eur", "rupiah",
)  # fmt: skip
"""Words, in lower case, of numbers that are no telephone numbers."""
