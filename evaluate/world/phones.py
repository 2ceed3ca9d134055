"""Telephone numbers of every region: international ones anywhere, national ones beside a word that names them."""

from collections.abc import Iterator
from random import Random

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from evaluate.samples import Sample
from evaluate.world.filling import DIGITS, filled, seeded

INTERNATIONAL = (
    "You can reach me at {number} after six.",
    "{number} is where I am today.",
    "Ann, {number}, room 12",
    "Écrivez ou appelez : {number}.",
    "Bitte {number} anrufen!",
    "{number}",
)
NATIONAL = {
    "en": ("My phone number is {number}.", "Call me on {number} tomorrow.", "Tel: {number}", "mobile {number}"),
    "de": (
        "Meine Telefonnummer ist {number}.",
        "Ruf mich unter {number} an.",
        "Tel.: {number}",
        "Handy: {number}",
    ),
    "fr": ("Mon numéro de téléphone est le {number}.", "Appelez-moi au {number}.", "Tél. : {number}"),
    "es": ("Mi teléfono es el {number}.", "Llámame al {number}.", "Tel. {number}", "Móvil: {number}"),
    "it": ("Il mio numero di telefono è {number}.", "Chiamami al {number}.", "Cell. {number}"),
    "pt": ("O meu telefone é {number}.", "Ligue para {number}.", "Telemóvel: {number}", "Celular: {number}"),
    "nl": ("Mijn telefoonnummer is {number}.", "Bel me op {number}.", "Mobiel: {number}"),
    "pl": ("Mój numer telefonu to {number}.", "Zadzwoń do mnie: {number}.", "tel. kom. {number}"),
    "cs": ("Moje telefonní číslo je {number}.", "Zavolej mi na {number}.", "mobil: {number}"),
    "sk": ("Moje telefónne číslo je {number}.", "Zavolaj mi na {number}.", "mobil: {number}"),
    "hu": ("A telefonszámom {number}.", "Hívj a {number} számon.", "mobil: {number}"),
    "ro": ("Numărul meu de telefon este {number}.", "Sună-mă la {number}.", "Tel: {number}"),
    "bg": ("Телефонният ми номер е {number}.", "Обади ми се на {number}.", "тел. {number}"),
    "el": ("Το τηλέφωνό μου είναι {number}.", "Πάρε με στο {number}.", "Τηλ.: {number}"),
    "sv": ("Mitt telefonnummer är {number}.", "Ring mig på {number}.", "Mobil: {number}"),
    "da": ("Mit telefonnummer er {number}.", "Ring til mig på {number}.", "Mobil: {number}"),
    "nb": ("Telefonnummeret mitt er {number}.", "Ring meg på {number}.", "Mobil: {number}"),
    "fi": ("Puhelinnumeroni on {number}.", "Soita minulle numeroon {number}.", "puh. {number}"),
    "tr": ("Telefon numaram {number}.", "Beni {number} numarasından ara.", "Cep: {number}"),
    "ru": ("Мой номер телефона {number}.", "Позвони мне по {number}.", "тел.: {number}"),
    "uk": ("Мій номер телефону {number}.", "Зателефонуй мені {number}.", "тел.: {number}"),
    "ar": ("رقم هاتفي هو {number}.", "اتصل بي على {number}", "جوال: {number}"),
    "he": ("מספר הטלפון שלי הוא {number}.", "נייד: {number}"),
    "fa": ("شماره تلفن من {number} است.", "موبایل: {number}"),
    "hi": ("मेरा फ़ोन नंबर {number} है।", "मोबाइल: {number}"),
    "ja": ("電話番号は{number}です。", "携帯: {number}"),
    "ko": ("제 전화번호는 {number}입니다.", "휴대폰: {number}"),
    "zh": ("我的电话号码是{number}。", "手机:{number}", "電話:{number}"),
    "th": ("เบอร์โทรศัพท์ของฉันคือ {number}", "มือถือ: {number}"),
    "vi": ("Số điện thoại của tôi là {number}.", "Gọi cho tôi theo số {number}."),
    "id": ("Nomor telepon saya {number}.", "Hubungi saya di {number}.", "HP: {number}"),
}
"""Templates by language, each with a word that says what the number is."""

LANGUAGES = {
    "de": "DE AT CH LI",
    "fr": "FR BE LU MC SN CI CM MG ML BF NE TG BJ GA HT MQ GP RE",
    "es": "ES MX AR CL CO PE VE EC BO PY UY CR PA GT HN SV NI DO CU",
    "it": "IT SM VA",
    "pt": "PT BR AO MZ CV",
    "nl": "NL SR",
    "pl": "PL",
    "cs": "CZ",
    "sk": "SK",
    "hu": "HU",
    "ro": "RO MD",
    "bg": "BG",
    "el": "GR CY",
    "sv": "SE",
    "da": "DK",
    "nb": "NO",
    "fi": "FI",
    "tr": "TR",
    "ru": "RU BY KZ KG",
    "uk": "UA",
    "ar": "SA EG MA DZ TN JO IQ LB AE QA KW OM BH LY YE SD SY",
    "he": "IL",
    "fa": "IR",
    "hi": "IN",
    "ja": "JP",
    "ko": "KR",
    "zh": "CN TW HK MO",
    "th": "TH",
    "vi": "VN",
    "id": "ID",
}
"""Regions by the language their national numbers are written in here; all others are written in English."""

_LONG = 7
"""Digits from which on a number that begins with 00 is not just any number."""

KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)


def phones() -> Iterator[Sample]:
    """For each region a mobile and a fixed number, written in the ways of the world and of the region."""
    random = seeded("phones")
    spoken = {region: language for language, regions in LANGUAGES.items() for region in regions.split()}
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = _number(random, region, kind)
            if number is None:
                continue
            name = f"{region} {'mobile' if kind == PhoneNumberType.MOBILE else 'fixed'}"
            for written in _international(random, number):
                template = random.choice(INTERNATIONAL)
                yield filled(template, f"{name} international", number=("personal.phone", written))
            national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            template = random.choice(NATIONAL[spoken.get(region, "en")])
            yield filled(template, f"{name} national", number=("personal.phone", national))


def _number(random: Random, region: str, kind: int) -> phonenumbers.PhoneNumber | None:
    """A valid number like the region's example, with other last digits where there are such."""
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None:
        return None
    digits = phonenumbers.national_significant_number(example)
    for _ in range(200):
        other = digits[:-4] + "".join(random.choices(DIGITS, k=4))
        number = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=int(other))
        number.italian_leading_zero = example.italian_leading_zero
        number.number_of_leading_zeros = example.number_of_leading_zeros
        if phonenumbers.is_valid_number(number):
            return number
    return example


def _international(random: Random, number: phonenumbers.PhoneNumber) -> Iterator[str]:
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    yield spaced
    yield phonenumbers.format_number(number, PhoneNumberFormat.E164)
    others = (spaced.replace(" ", "."), spaced.replace(" ", "-"), "00" + spaced[1:])
    yield random.choice(others if len(str(number.national_number)) >= _LONG else others[:2])
