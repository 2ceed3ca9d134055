"""Numbers of driving licenses beside a word that names them, and British ones by their form."""

import re
from collections.abc import Iterator

from commonwheel.curate.nearby import CODE, around, named_after, named_at
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context

_CALLED = (
    "driver's license", "drivers license", "driver license", "driver’s license", "driver's licence",
    "drivers licence",
    "driver licence", "driver’s licence", "driving licence", "driving license", "driver's lic", "drivers lic",
    "license no",
    "licence no", "license number", "licence number", "license #", "license id", "dl", "dl#", "dl no", "dln",
    "d.l.",
    "dvla", "license num", "license is", "driver_license", "drivers_license", "driving_license",
    "operator's license",
    "führerschein", "fuehrerschein", "führerscheinnummer", "führerschein-nr", "führerausweis", "fahrerlaubnis",
    "permis de conduire", "permis", "n° de permis", "carné de conducir", "carnet de conducir",
    "permiso de conducir",
    "permiso de conducción", "licencia de conducir", "licencia de conducción", "licencia de manejo", "brevete",
    "patente",
    "patente di guida", "n. patente", "rijbewijs", "rijbewijsnummer", "carta de condução", "carteira de motorista",
    "carteira de habilitação", "cnh", "habilitação", "prawo jazdy", "prawa jazdy", "řidičský průkaz",
    "řidičského průkazu",
    "vodičský preukaz", "jogosítvány", "vezetői engedély", "permis auto", "permis de conducere",
    "carnet de conducere",
    "шофьорска книжка", "свидетелство за управление", "vozačka dozvola", "vozačke dozvole", "vozniško dovoljenje",
    "δίπλωμα οδήγησης", "άδεια οδήγησης", "körkort", "körkortsnummer", "førerkort", "kørekort", "kørekortnummer",
    "ajokortti", "ajokortin", "водительское удостоверение", "водительских прав", "водительские права", "в/у",
    "водійське посвідчення", "посвідчення водія", "ehliyet", "sürücü belgesi", "sim no", "surat izin mengemudi",
    "giấy phép lái xe", "gplx", "bằng lái", "ใบขับขี่", "ใบอนุญาตขับรถ", "驾驶证", "驾照", "駕照", "駕駛執照",
    "運転免許",
    "免許証番号", "免許証", "운전면허", "رخصة القيادة", "رخصة قيادة", "رخصة السياقة", "گواهینامه",
    "רישיון נהיגה", "ड्राइविंग लाइसेंस",
    "ड्राइविंग", "lesen memandu",
)  # fmt: skip
_WORDS = context(*_CALLED)
_OTHER_LICENSES = context(
    "software", "product", "windows", "mit", "apache", "gpl", "business", "medical", "nursing", "fishing",
    "gun", "firearm", "real estate", "pilot", "dog", "contractor", "liquor", "hunting", "marriage", "trade",
    "open source",
)  # fmt: skip
"""What stands before "license" where it is another one."""
_OTHERS = context("plate", "license plate", "licence plate", "key", "passport", "phone", "tel", "ssn", "vin",
                  "policy", "insurance", "invoice", "order")  # fmt: skip
_DIGIT = re.compile(r"[0-9]")
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]$|[0-3]?[0-9][-/. ][01]?[0-9][-/. ](?:19|20)?[0-9]{2}$|[0-9]*0{5}$"
)


def _beside(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    for found in around(scanned, match, _SHAPE):
        start, end = found.span()
        number = found.group()
        if len(_DIGIT.findall(number)) < 4 or _DATE.match(number):
            continue
        word = named_at(scanned, start, _WORDS, 48)
        if word is None and not named_after(scanned, end, _WORDS, 32):
            continue
        another = (named_at(scanned, start, _OTHER_LICENSES, 64) or -20) > (word or 0) - 20
        if not another and (named_at(scanned, start, _OTHERS, 48) or 0) <= (word or 0):
            yield Hit("personal.driving_license", start, end, 0.85)


def _british(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Five letters of the name, the birth (women's months are 50 higher), initials, and three signs."""
    for found in around(scanned, match, _BRITISH):
        number = found.group().replace(" ", "").upper()
        month, day = int(number[6:8]) % 50, int(number[8:10])
        if 1 <= month <= 12 and 1 <= day <= 31 and int(number[6:8]) < 63:
            spoken_of = named_at(scanned, found.start(), _WORDS, 48) is not None
            yield Hit("personal.driving_license", *found.span(), 0.95 if spoken_of else 0.8)


_SHAPE = re.compile(
    r"(?<![\w+$€£])(?<![0-9][.,/])(?:"
    r"(?:[A-Z]{1,3}|(?-i:[A-Z]{1,3})[ -])?[0-9]{5,14}[A-Z]{0,2}|"  # most states of the US; IT, ES, BR, JP, AU
    r"[A-Z][0-9]{3}(?:[ -][0-9]{3,4}){1,2}(?:[ -][0-9]{2,3}){0,2}(?:-[0-9])?|"  # FL, IL, WI, MI, MD, MN
    r"[A-Z][0-9]{4}[ -][0-9]{5}[ -][0-9]{5}|"  # ON, NJ
    r"[0-9]{2,3}(?:[ -][0-9]{3}){2}|"  # NY, PA
    r"[A-Z][0-9]{3}[A-Z0-9]{5}[0-9X][A-Z0-9]|[A-Z*]{5}[A-Z0-9*]{2}[0-9]{3}[A-Z0-9]{2}|"  # DE, WA
    r"[A-Z]{2}[ -]?[0-9]{2}[ -]?(?:19|20)[0-9]{2}[ -]?[0-9]{7}|"  # IN
    r"[0-9]{2}[A-Z]{2}[0-9]{5}|[A-Z]{2}[0-9]{7}[A-Z]|[A-Z]-[0-9]{6,8}|"  # FR, IT, PT
    r"[0-9]{4,5}/[0-9]{2}/[0-9]{4}|[0-9]{2} ?[0-9]{2} ?[0-9]{6}|[0-9]{2}-[0-9]{2}-[0-9]{6}-[0-9]{2}"  # PL, RU, KR
    r")(?![\w%€$£])(?![.,/][0-9])",
    re.ASCII | re.IGNORECASE,
)

_BRITISH = re.compile(
    r"(?<!\w)(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999) ?[0-9][0156][0-9][0-3][0-9][0-9] ?[A-Z][A-Z9] ?[0-9A-Z]"
    r"[A-Z]{2}(?: ?[0-9]{2})?(?!\w)",
    re.ASCII | re.IGNORECASE,
)

DETECTOR = Detector(
    name="driving_license",
    version="1",
    about=About(
        finds="Numbers of driving licenses.",
        how="By a word for a driving license beside a number of letters and digits; British numbers also by their "
        "form alone, which holds a birth.",
        where="The ways of writing them in the United States, Canada, Australia, India, Japan, Brazil and Europe; "
        "words in some thirty-five languages.",
        misses="Numbers that nothing near by names.",
    ),
    patterns=(
        Pattern(
            expression=CODE, confirm=_beside, beside=context(*_CALLED), rule="named",
            says="A driving license: it is written like one, and a word for it stands beside it.",
        ),
        Pattern(
            expression=CODE, confirm=_british, beside=re.compile(r"[A-Za-z9]{5} ?[0-9]{6}"), rule="gb",
            says="A British driving license: it holds a name, a birth and initials in their order.",
        ),
    ),
)  # fmt: skip
