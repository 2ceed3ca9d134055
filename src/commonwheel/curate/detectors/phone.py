"""Telephone numbers, decided by `phonenumbers` (the numbering plans of all regions, ITU-T E.164).

International forms always count. National forms have the shape of many other things, so they count
with a word about telephones near by, in the region of the record's language, in the grouping that is
usual in some region, or in the unmistakable North American one. The word that stands nearest wins: what
an order, an account or a passport is named with is no telephone number.
"""

import re
from collections.abc import Iterator

from commonwheel.curate import numbering
from commonwheel.curate.nearby import OTHER_NUMBERS, named_after, named_at
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context

_SPOKEN = (
    "phone", "phones", "telephone", "telephones", "tel", "tel no", "mobile", "mob", "cell", "cellphone", "cell no",
    "call", "calls", "called", "calling", "ring", "text me", "texted", "dial", "dialled", "fax", "landline",
    "whatsapp",
    "signal", "telegram", "viber", "sms", "hotline", "reach me", "reach you", "reach us", "reach him", "reach her",
    "reached at", "answering at", "contact", "office", "ph", "ph no", "home phone", "wechat", "voicemail", "pager",
    "emergency contact", "callback", "call back", "phone_number", "telefon", "handy", "mobil", "mobilnummer",
    "rufnummer", "handynummer", "anrufen", "anruf", "ruf", "ruft", "erreichbar", "erreichen", "natel", "festnetz",
    "durchwahl", "telefax", "téléphone", "telephone", "tél", "tel. ", "portable", "appelez", "appeler", "appelle",
    "appelle-moi", "appelez-moi", "joindre", "joignable", "mon numéro", "fixe", "télécopie", "gsm", "teléfono",
    "teléfonos",
    "telefono", "móvil", "movil", "celular", "llámame", "llamame", "llamar", "llama", "llame", "llámenos", "fijo",
    "cellulare", "cell.", "chiamami", "chiamare", "chiama", "chiamata", "recapito", "telefone", "telemóvel",
    "telemovel", "celular", "ligar", "ligue", "liga", "liga-me", "fone", "zap", "contacto", "contato", "telefoon",
    "telefoonnummer", "bellen", "bel me", "bel mij", "bel", "mobiel", "puhelin", "puhelinnumero", "puh", "soita",
    "matkapuhelin", "telefonnummer", "ring meg", "ring mig", "mobilen", "tlf", "tlf.", "tfn", "telefonu",
    "komórka",
    "komórkowy", "kom.", "zadzwoń", "dzwonić", "dzwoń", "telefonní", "telefonne", "telefónne", "zavolej",
    "zavolaj",
    "volejte", "telefonszám", "hívj", "hívjon", "hívható", "telefonul", "sună", "sunați", "sună-mă", "apelați",
    "τηλέφωνο", "τηλ", "κινητό", "πάρε με", "καλέστε", "телефон", "телефону", "телефонният", "тел", "моб",
    "звоните",
    "звони", "позвони", "позвоните", "перезвоните", "мобильный", "сотовый", "мобільний", "зателефонуй",
    "зателефонуйте", "дзвоніть", "обади", "обадете", "gsm", "мобилен", "мобилни", "позови", "позовите", "pozovi",
    "nazovi", "nazovite", "pokliči", "telefonska", "arayın", "arayabilirsiniz", "cep", "cep telefonu", "cepten",
    "电话", "手机", "致电", "拨打", "联系方式", "联系", "传真", "電話", "携帯", "携带", "手機", "聯絡",
    "聯繫", "撥打", "連絡先", "お問い合わせ", "ファックス", "전화", "휴대폰", "핸드폰", "연락처", "연락",
    "팩스", "هاتف", "الهاتف",
    "جوال", "الجوال", "موبایل", "موبايل", "تلفن", "تليفون", "اتصل", "اتصال", "واتساب", "واتس", "تماس", "همراه",
    "טלפון", "נייד", "פלאפון", "התקשר", "להתקשר", "फ़ोन", "फोन", "मोबाइल", "कॉल", "संपर्क", "दूरभाष",
    "ফোন", "মোবাইল", "தொலைபேசி", "மொபைல்", "ఫోన్", "మొబైల్", "ਫ਼ੋਨ", "ਫੋਨ", "ફોન", "ಫೋನ್", "ഫോൺ", "فون", "موبائل",
    "โทร", "เบอร์", "มือถือ", "điện thoại", "sđt", "gọi", "di động", "liên hệ", "telepon", "telpon", "hubungi",
    "hp:",
    "nomor hp", "no. hp", "no hp", "wa:", "no. wa", "ponsel", "hubungi", "tawagan", "simu", "namba ya simu",
    "piga", "foon", "selfoon", "ტელეფონი", "հեռախոս", "сотовый", "утас", "दुरभाष", "telefoni", "numri", "cel",
    "cel.",
)  # fmt: skip
_WORDS = context(*_SPOKEN)
_OTHERS_WIN = 30
"""A word that names another number has to stand this near."""

_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}([-/. ])[01]?[0-9]\1[0-3]?[0-9]|[0-3]?[0-9]([-/.])[0-3]?[0-9]\2(?:(?:19|"
    r"20)[0-9]{2}|[0-9]{2}))"
    r"(?![0-9]|[-/.][0-9])"
)
_NORTH_AMERICAN = re.compile(
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\)[ -]?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}$"
)
_RUSSIAN = re.compile(r"8[ -]?(?:\([3-9][0-9]{2}\)|[3-9][0-9]{2})[ -]?[0-9]{3}[ -][0-9]{2}[ -][0-9]{2}$")
_NEVER = re.compile(
    r"(?:1[0-9]|20)[0-9]{2} ?- ?(?:1[0-9]|20)[0-9]{2}$|[0-9]*0{6}$|\((?:19|20)[0-9]{2}\)|"
    r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9](?:[0-2][0-9][0-5][0-9](?:[0-5][0-9])?)?$|"
    r"[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)[0-9]{2}[ /-]|[1-9][0-9]* - [0-9]+$|[1-9][0-9]{4,}-[0-9]{1,6}$|"
    r"[0-9]\.[0-9]{5,}$"
)
"""Years, dates, times, differences: no telephone number, even where a word speaks of one."""
_AMOUNT = re.compile(
    r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+$|[0-9]+\.[0-9]+$|(?:[0-9]{1,3}\.){3}[0-9]{1,3}$|[0-9]{1,4} ?/ ?[0-9]{1,4}$|"
    r"[0-9]+\.[0-9]+ ?[-/] ?[0-9]+\."
)
"""Sums, decimals, quotients, versions: they need a word right before them, and a region that has the number."""
_RANGE = re.compile(r"[0-9]{1,4} ?- ?[0-9]{1,4}$")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+$")
_BEGIN = re.compile(r"[0-9(+]")
_DIGITS = re.compile(r"[0-9]+")
_ABROAD = re.compile(r"(?:00|011|0011|810|8 ?~ ?10|010)[ ./-]{0,2}(?=[1-9])")
"""What is dialed before the code of another country, in most regions or in some."""
_EXTENSION = re.compile(
    r"[ ,;]{0,2}(?:#|x|ext\.?|extn?\.?|extension|durchwahl|dw|poste|int\.?|interno|anexo|ramal|доб\.?|вн\.?|內線|"
    r"内線|内线|分机|內线|내선|toestel|linia|wew\.?|klapka|belső|dahili)[ :.]{0,2}[0-9]{1,6}(?![\w])",
    re.IGNORECASE | re.ASCII,
)


def _anywhere(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """What is a number without a word that says so."""
    yield from _numbers(scanned, match, spoken_of=False)


def _spoken_of(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """What is a number where a word says so."""
    yield from _numbers(scanned, match, spoken_of=True)


def _numbers(scanned: Scanned, match: re.Match[str], spoken_of: bool) -> Iterator[Hit]:
    """Each number in a stretch of digits, as several may stand side by side."""
    start, end = match.span()
    for _ in range(_MOST_IN_ONE):
        date = _DATE.match(scanned.text, start, end)
        if date:
            start = date.end()
        elif (number := _number(scanned, start, _end(scanned.text, start, end), spoken_of)) is not None:
            score, start, stop = number
            extension = _EXTENSION.match(scanned.text, stop)
            yield Hit("personal.phone", start, extension.end() if extension else stop, score)
            start = stop
        else:
            return
        following = _BEGIN.search(scanned.text, start, end)
        if following is None:
            return
        start = following.start()


_MOST_IN_ONE = 4
_NEXT = re.compile(r" ?/ ?(?=[+(0])| {2,3}(?=[+(0])| -? ?(?=\+)| - (?=[(0])")
"""Between two numbers: the second begins as numbers do."""
_LEAST = 7


def _end(text: str, start: int, end: int) -> int:
    """Where the first number of a stretch ends at most."""
    for found in _NEXT.finditer(text, start, end):
        if len("".join(_DIGITS.findall(text, start, found.start()))) >= _LEAST:
            return found.start()
    return end


def _number(scanned: Scanned, start: int, end: int, spoken_of: bool) -> tuple[float, int, int] | None:
    """Score, start and end of the number at `start`: the longest that is one."""
    if not spoken_of and not _may_stand_alone(scanned, start):
        return None
    word = named_at(scanned, start, _WORDS) if spoken_of else None
    if spoken_of and _is_other(scanned, start, word or 0):
        return None
    for stop in _stops(scanned.text, start, end):
        written = scanned.text[start:stop]
        digits = "".join(_DIGITS.findall(written))
        if 6 <= len(digits) <= 17:
            if spoken_of:
                score = _named(scanned, written, digits, start, stop, word)
            else:
                score = _bare(scanned, written, digits, start, stop)
            if score:
                return score, start, stop
    return None


def _may_stand_alone(scanned: Scanned, start: int) -> bool:
    """Whether what begins here could be a number without a word that says so."""
    return _ALONE.match(scanned.text, start) is not None or numbering.regions(scanned.language) != ()


_ALONE = re.compile(r"[(+08]|[2-9][0-9]{2}[ .-]|1[ .-]?[(2-9]|01[01]")
"""How international forms, the North American and the Russian, and those with a national prefix begin."""


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """Where the number may end: at the last group of digits, or one of the five groups before it."""
    for _ in range(6):
        yield end
        groups = _DIGITS.findall(text, start, end)
        if len(groups) < 2:
            return
        end = start + len(text[start : end - len(groups[-1])].rstrip(" ()./-"))


def _is_other(scanned: Scanned, start: int, word: int = 0) -> bool:
    """Whether the nearest word before says that it is another number; one about telephones ends at `word`."""
    other = named_at(scanned, start, OTHER_NUMBERS, _OTHERS_WIN)
    return other is not None and other >= word


def _abroad(written: str, digits: str) -> float:
    """How sure it is by its country code alone."""
    plus = written.lstrip("( ").startswith("+")
    prefix = None if plus else _ABROAD.match(written)
    if not plus and prefix is None:
        return 0.0
    number = "+" + (digits if prefix is None else "".join(_DIGITS.findall(written[prefix.end() :])))
    if numbering.international(number) or numbering.international(number.replace("(0)", "")):
        return 0.95
    return 0.7 if plus and numbering.possible(number) else 0.0


def _bare(scanned: Scanned, written: str, digits: str, start: int, end: int) -> float:
    """How sure it is by its form, and by the language of the record."""
    abroad = _abroad(written, digits)
    if abroad and "+" in written:
        return abroad
    if score := abroad or _by_form(scanned, written, digits, start, end):
        return 0.0 if _is_other(scanned, start, named_at(scanned, start, _WORDS, _OTHERS_WIN) or 0) else score
    return 0.0


def _by_form(scanned: Scanned, written: str, digits: str, start: int, end: int) -> float:
    """How sure it is of a national form that nothing names."""
    if _NORTH_AMERICAN.match(written):
        return 0.85 if numbering.national(digits, "US") else 0.65
    if _RUSSIAN.match(written):
        return 0.85 if numbering.national(digits, "RU") else 0.4
    if not 8 <= len(digits) <= 13 or any(other.match(written) for other in (_NEVER, _AMOUNT, _RANGE)):
        return 0.0
    if _CUT_BEFORE.search(scanned.text, max(0, start - 5), start) or _CUT_AFTER.match(scanned.text, end):
        return 0.0
    groups = _DIGITS.findall(written)
    leading = written.startswith(("0", "("))
    if written.startswith("(") and ")" not in written:
        return 0.0
    if len(groups) < 2 and not leading:
        return 0.0
    counted = bool(_UNIT_AFTER.match(scanned.text, end) or _EQUALS.search(scanned.text, max(0, start - 3), start))
    for region in numbering.regions(scanned.language):
        if score := _in_region(written, digits, groups, region, leading, counted):
            return score
    if leading and len(groups) > 1 and len(digits) >= 9 and written[1] != "0":
        return _somewhere(digits, groups)
    return 0.0


_UNIT_AFTER = re.compile(r" ?(?:[^\W\d_]|[%€$£+*=<>])")
"""What is counted stands after the number."""
_EQUALS = re.compile(r"[=<>+*/%~≈] ?$")
_CUT_BEFORE = re.compile(r"(?:[0-9A-Z]{2}[0-9]{2}|[A-Z]{4}|[0-9])[ .-]{1,2}$")
_CUT_AFTER = re.compile(r"[ .-]{1,3}[0-9(]")
"""Groups of a longer number, such as an account's."""


def _in_region(written: str, digits: str, groups: list[str], region: str, leading: bool, counted: bool) -> float:
    """How sure it is in a region where the record's language is spoken; what is `counted` is a sum."""
    plan = numbering.plan(region)
    if plan is None or (plan.trunk == "0" and not leading):
        return 0.0  # where 0 is dialed first, it is written first
    number = numbering.national(digits, region)
    if number is None:
        return 0.0
    usual = numbering.groups(number) == groups
    if len(groups) == 1:
        return 0.6 if len(digits) >= 10 and numbering.is_mobile(number) else 0.0
    if leading:
        return 0.8 if usual else 0.7
    if not usual or counted:
        return 0.0
    return 0.6 if _THOUSANDS.match(written) or len(digits) < 9 else 0.65


def _somewhere(digits: str, groups: list[str]) -> float:
    """How sure it is where no language says in which region."""
    best = 0.0
    for region in numbering.EVERYWHERE:
        if (number := numbering.national(digits, region)) is not None:
            if numbering.groups(number) == groups:
                return 0.65
            best = 0.4
    return best


def _named(scanned: Scanned, written: str, digits: str, start: int, end: int, word: int | None) -> float:
    """How sure it is where a word about telephones stands near by: before it, ending at `word`, or behind."""
    if _NEVER.match(written):
        return 0.0
    if _AMOUNT.match(written) and not (
        _CLOSE.match(scanned.text, word or start, start) and _known(scanned, digits)
    ):
        return 0.0
    if word is None and not named_after(scanned, end, _WORDS, 20):
        return 0.0
    if any(numbering.national(digits, region) for region in numbering.regions(scanned.language)):
        return 0.95
    grouped = len(_DIGITS.findall(written)) > 1
    if len(digits) >= 7:
        return 0.9 if grouped or written.startswith("0") else 0.8
    if _NAME_AFTER.match(scanned.text, end) and not named_after(scanned, end, _WORDS, 12):
        return 0.0  # the number of a house
    return 0.6 if grouped else 0.35


_CLOSE = re.compile(r"(?![0-9.,:/-]*$)[^0-9]{1,24}$|[.: ]{1,3}$")
"""Little enough between a word and a number for an amount to be none."""


def _known(scanned: Scanned, digits: str) -> bool:
    """Whether some region has such a number; those of the record's language are asked first."""
    asked = (*numbering.regions(scanned.language), *numbering.everywhere())
    return len(digits) >= 7 and any(numbering.national(digits, region) for region in asked)


_NAME_AFTER = re.compile(r" [^\W\d_]{3}")

_WRITTEN = re.compile(
    # Looking back comes after the first sign, as then `re` jumps to such signs.
    r"[0-9(+](?<![\w@#$€£*)+].)(?<![0-9][.,:/-].)(?<!>>.)(?:(?<=[(+])[(+]? ?[0-9]|(?<=[0-9]))"
    r"(?:[ ()./-]{0,3}[0-9]){5,24}"
    r"(?=[ ,;]{0,2}(?:x|ext)[. 0-9]|(?![\w%€$£=*^]| [=*+^]))",
    re.ASCII,
)

DETECTOR = Detector(
    name="phone",
    version="3",
    about=About(
        finds="Telephone and fax numbers: mobile, fixed and free ones, with their extensions.",
        how="International forms are checked against the numbering plan of their country. National ones count "
        "beside a word about telephones, in a region of the record's language, or in the grouping that is usual "
        "in some region. Where the nearest word names another number (an order, an account), it is none.",
        where="All regions that have a numbering plan; words about telephones in some forty languages.",
        misses="National numbers without a word about telephones and without the usual grouping; numbers spelled "
        "in words or letters.",
    ),
    patterns=(
        Pattern(
            expression=_WRITTEN, confirm=_anywhere, rule="form",
            says="A telephone number: it is written like one, and the numbering plan of a country has it.",
        ),
        Pattern(
            expression=_WRITTEN, confirm=_spoken_of, beside=context(*_SPOKEN), rule="named",
            says="A telephone number: a word about telephones stands beside digits written like one.",
        ),
    ),
)  # fmt: skip
