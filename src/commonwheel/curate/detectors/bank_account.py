"""Bank accounts in the ways of countries, and the codes of banks, beside the words that name them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from commonwheel.curate.checksums import weighted
from commonwheel.curate.nearby import CLUSTER, CODE, around, named, within_account
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned, context


@dataclass(frozen=True, slots=True)
class _Row:
    """A way of writing an account: an expression, what checks it, and the words, separated by bars."""

    rule: str
    name: str
    shape: str
    words: str
    score: float
    check: Callable[[str], bool] | None = None
    reach: int = 40


def _standard(module: str) -> Callable[[str], bool]:
    """A check of `stdnum`, imported when something turns up that it is for."""

    def check(number: str) -> bool:
        valid: bool = import_module(f"stdnum.{module}").is_valid(number)
        return valid

    return check


def _clabe(number: str) -> bool:
    """Mexico: weights 3, 7, 1, modulo 10."""
    digits = re.sub(r"[ -]", "", number)
    parts = (int(digit) * weight % 10 for digit, weight in zip(digits[:17], (3, 7, 1) * 6, strict=False))
    return -sum(parts) % 10 == int(digits[17])


def _no_year(number: str) -> bool:
    """Not a date or a sum: those are written beside accounts too."""
    digits = re.sub(r"[^0-9]", "", number)
    return not re.fullmatch(r"(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]|[0-9]*0{5}", digits)


def _russian(number: str) -> bool:
    """An account of a person (423, 408, 455) or of a firm (407, 405, 406, 301)."""
    digits = re.sub(r"[^0-9]", "", number)
    return digits.startswith(("40", "42", "301", "45"))


def _routing(number: str) -> bool:
    """ABA: weights 3, 7, 1, modulo 10, and a district that there is."""
    return weighted(number, (3, 7, 1) * 3) % 10 == 0 and int(number[:2]) in (
        *range(13),
        *range(21, 33),
        *range(61, 73),
        80,
    )


_ACCOUNT = (
    "account number|account no|account num|account nr|account #|account#|account id|acct|acct no|acct #|"
    "acct number|a/c|a/c no|"
    "a/c number|acc no|acc number|accnt|bank account|checking account|savings account|checking|savings|"
    "account details|"
    "account_number|accountnumber|bank acct|beneficiary account|current account|deposit account|giro|nuban|"
    "kontonummer|"
    "konto-nr|kontonr|kto|kto.|kto-nr|konto|bankkonto|girokonto|bankverbindung|numéro de compte|n° de compte|"
    "compte bancaire|compte n°|compte|rib|número de cuenta|numero de cuenta|n.º de cuenta|cuenta bancaria|"
    "cuenta corriente|cuenta de ahorros|cuenta|cta|cta.|conto corrente|numero di conto|c/c|conto bancario|conto|"
    "conta corrente|conta poupança|conta bancária|número da conta|conta|c/c:|rekeningnummer|bankrekening|rekening|"
    "nr rekeningowy|numer konta|nr konta|numer rachunku|rachunek|rachunku|konta|číslo účtu|účet|účtu|bankszámla|"
    "számlaszám|"
    "bankszámlaszám|kontonr.|kontonummeret|bankkonto|tilinumero|cont bancar|cont|bankovni račun|račun|"
    "банковский счёт|"
    "расчётный счёт|расчетный счет|р/с|лицевой счёт|номер счёта|номер счета|счёт|счет|рахунок|рахунку|hesap no|"
    "hesap numarası|"
    "hesap|rekening|no. rekening|nomor rekening|số tài khoản|stk|tài khoản|เลขที่บัญชี|บัญชี|账号|帐号|賬號|"
    "帳號|银行账户|银行账号|口座番号|"
    "口座|계좌번호|계좌|رقم الحساب|حساب بنكي|الحساب البنكي|حساب|חשבון בנק|מספר חשבון|חשבון|खाता संख्या|खाता|"
    "बैंक खाता"
)

_ROWS = (
    _Row("bic", "the code of a bank (SWIFT, BIC)", r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?",
         "bic|swift|swift code|swift-code|bic/swift|swift/bic|bank code|bic code|bic-code|bic:", 0.7,
         _standard("bic"), 30),
    _Row("us.routing", "a routing number of the United States", r"[0-9]{9}",
         "routing|aba|rtn|transit|ach|wire", 0.85, _routing),
    _Row("gb.sort_code", "a British or Irish sort code", r"[0-9]{2}([- ]?)[0-9]{2}\1[0-9]{2}", "sort code|"
         "sort-code|sortcode|sort", 0.8, None, 24),
    _Row("de.blz", "a German bank code", r"[1-8][0-9]{2} ?[0-9]{3} ?[0-9]{2}", "blz|bankleitzahl", 0.8),
    _Row("in.ifsc", "the code of an Indian bank's branch", r"[A-Z]{4}0[A-Z0-9]{6}", "ifsc|ifsc code|rtgs|neft|"
         "branch|bank", 0.8),
    _Row("au.bsb", "an Australian bank code", r"[0-9]{3}[- ]?[0-9]{3}", "bsb", 0.85, None, 24),
    _Row("ca.transit", "a Canadian transit number", r"[0-9]{5}-[0-9]{3}|0[0-9]{8}", "transit|institution|"
         "direct deposit|void cheque", 0.8),
    _Row("mx.clabe", "a Mexican account (CLABE)", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{11}[ -]?[0-9]", "clabe|"
         "interbancaria|cuenta|transferencia|spei", 0.95,
         _clabe),
    _Row("ar.cbu", "an Argentine account (CBU, CVU)", r"[0-9]{8}[ -]?[0-9]{14}", "cbu|cvu|c.b.u.|cuenta|"
         "transferencia", 0.95, _standard("ar.cbu")),
    _Row("es.ccc", "a Spanish account (CCC)", r"[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{2}[ -]?[0-9]{10}", "ccc|cuenta|"
         "número de cuenta|cta|cuenta corriente", 0.95,
         _standard("es.ccc")),
    _Row("fr.rib", "a French account (RIB)", r"[0-9]{5}[ -]?[0-9]{5}[ -]?[0-9A-Z]{11}[ -]?[0-9]{2}", "rib|"
         "compte|code banque|guichet|relevé", 0.9),
    _Row("nz.account", "a New Zealand account", r"[0-9]{2}[- ]?[0-9]{4}[- ]?[0-9]{7}[- ]?[0-9]{2,3}", "account|"
         "acct|bank|a/c", 0.9,
         _standard("nz.bankaccount")),
    _Row("cz.account", "a Czech or Slovak account", r"(?:[0-9]{2,6}-)?[0-9]{2,10}/[0-9]{4}", "účet|účtu|"
         "číslo účtu|account|konto|bank", 0.9,
         _standard("cz.bankaccount")),
    _Row("no.account", "a Norwegian account", r"[0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{5}", "konto|kontonummer|kontonr|"
         "account|bankkonto", 0.9,
         _standard("no.kontonr")),
    _Row("pl.account", "a Polish account", r"[0-9]{2}(?:[ -]?[0-9]{4}){6}", "konto|konta|rachunek|rachunku|nrb|"
         "account|przelew|bank", 0.95,
         lambda number: _standard("iban")("PL" + re.sub(r"[ -]", "", number))),
    _Row("hu.account", "a Hungarian account", r"[0-9]{8}-[0-9]{8}(?:-[0-9]{8})?", "számla|bankszámla|számlaszám|"
         "account|bank", 0.85),
    _Row("ru.account", "a Russian account", r"[0-9]{20}|[0-9]{5}[ .][0-9]{3}[ .][0-9][ .][0-9]{4}[ .][0-9]{7}",
         "счёт|счет|счёта|счета|р/с|л/с|расчётный|расчетный|реквизиты|account", 0.9, _russian),
    _Row("ru.bik", "the code of a Russian bank", r"04[0-9]{7}", "бик|bik", 0.8),
    _Row("se.giro", "a Swedish giro", r"[0-9]{3,4}-[0-9]{4}", "bankgiro|plusgiro|bg|pg", 0.8, None, 20),
    _Row("se.swish", "a Swish number", r"123[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}", "swish", 0.8),
    _Row("in.upi", "an Indian payment address (UPI)",
         r"[a-z0-9.-]{3,40}@(?:ok[a-z]{3,8}|ybl|ibl|axl|paytm|upi|apl|[a-z]{2,5}bank|icici|sbi|hdfcbank)", "upi|"
         "gpay|phonepe|paytm|bhim|vpa|pay|यूपीआई", 0.9),
    _Row("br.agency", "an account at a Brazilian bank", r"[0-9]{4,12}-?[0-9X]", "conta|conta corrente|"
         "conta poupança|c/c|cc|poupança", 0.75, _no_year),
    _Row("account", "a bank account", r"(?:[0-9][ -]?){5,19}[0-9X]", _ACCOUNT, 0.75, _no_year, 30),
)  # fmt: skip


_WITHOUT_CLUSTER = frozenset({"bic", "in.upi"})
"""What holds fewer than five digits in a row is looked for by its own shape."""


def _confirm(row: _Row, shape: re.Pattern[str]) -> Confirm:
    words = context(*row.words.split("|"))

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        for found in (match,) if match.re is shape else around(scanned, match, shape):
            start, end = found.span()
            if row.check is not None and not row.check(found.group().upper()):
                continue
            if named(scanned, start, end, words, row.reach, 18) and not within_account(scanned, start):
                yield Hit("personal.bank_account", start, end, row.score)

    return confirm


def _pattern(row: _Row) -> Pattern:
    flags = re.ASCII if row.rule in ("bic", "in.ifsc") else re.ASCII | re.IGNORECASE
    shape = re.compile(rf"(?<![\w+$€£#])(?<![0-9][.,/-])(?:{row.shape})(?![\w%€$£])(?![.,/-][0-9])", flags)
    return Pattern(
        expression=shape if row.rule in _WITHOUT_CLUSTER else CODE if row.rule == "in.ifsc" else CLUSTER,
        confirm=_confirm(row, shape),
        beside=context(*row.words.split("|")), rule=row.rule,
        says=f"It is written like {row.name}, and a word beside it says so.",
    )  # fmt: skip


DETECTOR = Detector(
    name="bank_account",
    version="1",
    about=About(
        finds="Numbers of bank accounts as countries write them, and the codes of their banks: routing numbers, "
        "sort codes, BLZ, IFSC, BSB, transit numbers, CLABE, CBU, CCC, RIB, BIC.",
        how="By their shape, their own check where they have one, and always a word that names them.",
        where="Words in some thirty languages; special shapes of twenty countries.",
        misses="Accounts that nothing near by names.",
    ),
    patterns=tuple(map(_pattern, _ROWS)),
)
