"""Numbers that states give: drawn by shape until a country's check accepts them, beside what names them."""

from collections.abc import Iterator
from importlib import import_module
from random import Random

from evaluate.samples import Sample
from evaluate.world.filling import filled, seeded, shaped

NUMBERS = (
    ("us.ssn", "###-##-####", "My social security number is {id}.", "SSN: {id}"),
    ("us.itin", "9##-7#-####", "Her ITIN is {id}.", "ITIN {id}"),
    ("ca.sin", "### ### ###", "My social insurance number is {id}.", "NAS : {id}"),
    ("gb.nhs", "### ### ####", "NHS number {id}", "My NHS no. is {id}, thanks."),
    ("gb.utr", "##########", "My UTR is {id}.", "Unique Taxpayer Reference: {id}"),
    ("ie.pps", "#######@", "My PPS number is {id}.", "PPSN: {id}"),
    ("au.tfn", "### ### ###", "My tax file number is {id}.", "TFN: {id}"),
    ("nz.ird", "##-###-###", "IRD number: {id}", "My IRD is {id}."),
    ("in_.aadhaar", "#### #### ####", "Aadhaar: {id}", "मेरा आधार नंबर {id} है।"),
    ("in_.pan", "@@@P@####@", "PAN card {id}", "My PAN is {id}."),
    ("za.idnr", "######5###08#", "My South African ID number is {id}.", "ID number: {id}"),
    ("de.idnr", "###########", "Meine Steuer-ID lautet {id}.", "Steueridentifikationsnummer: {id}"),
    ("at.vnr", "####01##90", "Meine Sozialversicherungsnummer ist {id}.", "SVNR: {id}"),
    ("ch.ssn", "756.####.####.##", "Meine AHV-Nummer ist {id}.", "No AVS : {id}"),
    ("fr.nir", "1##0#75######" + "##", "Mon numéro de sécurité sociale est le {id}.", "NIR : {id}"),
    ("fr.nif", "0############", "Mon numéro fiscal est le {id}.", "Numéro fiscal de référence : {id}"),
    ("es.dni", "########@", "Mi DNI es {id}.", "DNI: {id}"),
    ("es.nie", "X#######@", "Mi NIE es {id}.", "Número de identidad de extranjero: {id}"),
    ("it.codicefiscale", "@@@@@@##A##@###@", "Il mio codice fiscale è {id}.", "C.F.: {id}"),
    ("pt.nif", "#########", "O meu NIF é {id}.", "Contribuinte n.º {id}"),
    ("nl.bsn", "#########", "Mijn BSN is {id}.", "burgerservicenummer {id}"),
    ("be.nn", "##.01.##-###.##", "Rijksregisternummer: {id}", "Mon numéro national est {id}."),
    ("pl.pesel", "##0########", "Mój PESEL to {id}.", "PESEL: {id}"),
    ("pl.nip", "###-###-##-##", "Mój NIP: {id}", "Numer identyfikacji podatkowej {id}"),
    ("cz.rc", "##01##/####", "Moje rodné číslo je {id}.", "rodné číslo: {id}"),
    ("sk.rc", "##01##/####", "Moje rodné číslo je {id}.", "RČ: {id}"),
    ("ro.cnp", "1##01##40####", "CNP: {id}", "Codul numeric personal este {id}."),
    ("bg.egn", "##0#######", "ЕГН: {id}", "Моето ЕГН е {id}."),
    ("hr.oib", "###########", "Moj OIB je {id}.", "OIB: {id}"),
    ("si.emso", "##0198#######", "Moj EMŠO je {id}.", "EMŠO: {id}"),
    ("gr.amka", "##01#######", "ΑΜΚΑ: {id}", "Ο ΑΜΚΑ μου είναι {id}."),
    ("gr.vat", "#########", "ΑΦΜ: {id}", "Το ΑΦΜ μου είναι {id}."),
    ("se.personnummer", "##01##-####", "Mitt personnummer är {id}.", "Personnummer: {id}"),
    ("no.fodselsnummer", "##01#######", "Fødselsnummer: {id}", "Personnummeret mitt er {id}."),
    ("dk.cpr", "##01##-####", "Mit CPR-nummer er {id}.", "CPR: {id}"),
    ("fi.hetu", "##01##-####", "Henkilötunnukseni on {id}.", "hetu {id}"),
    ("is_.kennitala", "##01##-###9", "Kennitala: {id}", "Kennitalan mín er {id}."),
    ("ee.ik", "3##01######", "Isikukood: {id}", "Minu isikukood on {id}."),
    ("lt.asmens", "3##01######", "Asmens kodas: {id}", "Mano asmens kodas yra {id}."),
    ("tr.tckimlik", "###########", "T.C. kimlik numaram {id}.", "TCKN: {id}"),
    ("ru.inn", "############", "Мой ИНН {id}.", "ИНН: {id}"),
    ("ua.rntrc", "##########", "Мій РНОКПП {id}.", "Ідентифікаційний код: {id}"),
    ("il.idnr", "#########", "תעודת זהות: {id}", "My Teudat Zehut is {id}."),
    ("cn.ric", "110101199001######", "我的身份证号码是{id}。", "身份证: {id}"),
    ("kr.rrn", "##01##-#######", "주민등록번호: {id}", "제 주민등록번호는 {id}입니다."),
    ("jp.in_", "############", "マイナンバーは{id}です。", "My Number: {id}"),
    ("th.pin", "#-####-#####-##-#", "เลขประจำตัวประชาชน {id}", "Thai national ID {id}"),
    ("id.nik", "317101##01######", "NIK: {id}", "Nomor induk kependudukan saya {id}."),
    ("my.nric", "##01##-01-####", "MyKad: {id}", "My NRIC is {id}."),
    ("pk.cnic", "#####-#######-#", "My CNIC is {id}.", "CNIC: {id}"),
    ("br.cpf", "###.###.###-##", "Meu CPF é {id}.", "CPF: {id}"),
    ("mx.curp", "@@@@##01##H@@@@@##", "Mi CURP es {id}.", "CURP: {id}"),
    ("ar.dni", "##.###.###", "Mi DNI es {id}.", "DNI {id}"),
    ("ar.cuit", "20-########-#", "Mi CUIL es {id}.", "CUIT: {id}"),
    ("cl.rut", "##.###.###-#", "Mi RUT es {id}.", "RUT: {id}"),
    ("co.nit", "###.###.###-#", "Mi NIT es {id}.", "NIT {id}"),
    ("pe.cui", "########-#", "Mi DNI es {id}.", "DNI: {id}"),
    ("uy.rut", "21######001#", "Mi RUT es {id}.", "RUT: {id}"),
    ("ec.ci", "17########", "Mi cédula es {id}.", "Cédula de identidad: {id}"),
    ("ve.rif", "V-########-#", "Mi RIF es {id}.", "RIF: {id}"),
    ("do.cedula", "###-#######-#", "Mi cédula es {id}.", "Cédula {id}"),
    ("eg.tn", "###-###-###", "رقم التسجيل الضريبي {id}", "Tax number {id}"),
    ("gh.tin", "P00########", "My TIN is {id}.", "TIN: {id}"),
    ("ke.pin", "A#########@", "My KRA PIN is {id}.", "KRA PIN: {id}"),
    ("mu.nid", "@##01########*", "My national ID is {id}.", "NID: {id}"),
)
"""What `stdnum` calls a number, its shape, and two sentences that name it."""

PASSPORTS = (
    ("US", "A########", "My passport number is {id}."),
    ("US", "#########", "US passport no. {id}, expires 2031"),
    ("GB", "#########", "British passport number: {id}"),
    ("DE", "C#**#**##", "Reisepass-Nr.: {id}"),
    ("FR", "##@@#####", "Mon passeport est le {id}."),
    ("ES", "AAA######", "Pasaporte {id}"),
    ("IT", "YA#######", "Il mio passaporto: {id}"),
    ("NL", "N*PR##**#", "Mijn paspoortnummer is {id}."),
    ("PT", "CA######", "Passaporte n.º {id}"),
    ("BR", "FN######", "Meu passaporte é {id}."),
    ("PL", "AB#######", "Numer paszportu: {id}"),
    ("SE", "########", "Passnummer {id}"),
    ("IN", "Z#######", "Passport no: {id}"),
    ("CN", "E########", "护照号码:{id}"),
    ("JP", "TR#######", "パスポート番号 {id}"),
    ("KR", "M########", "여권번호: {id}"),
    ("RU", "## #######", "Номер загранпаспорта {id}"),
    ("UA", "FE######", "Номер паспорта {id}"),
    ("CA", "GA######", "Passport number {id}"),
    ("AU", "PA#######", "my passport is {id}"),
    ("MX", "G########", "número de pasaporte: {id}"),
    ("TR", "U########", "Pasaport no: {id}"),
)
"""Country, shape, and a sentence that names it."""

LICENSES = (
    ("GB", "MORGA#5#11#SM9IJ", "My driving licence number is {id}."),
    ("US CA", "D#######", "California driver's license {id}"),
    ("US FL", "@###-###-##-###-#", "My Florida driver license is {id}."),
    ("US NY", "### ### ###", "NY driver license number: {id}"),
    ("US TX", "########", "Texas DL# {id}"),
    ("DE", "B###RRE#I##", "Führerscheinnummer: {id}"),
    ("FR", "##AB#####", "Permis de conduire n° {id}"),
    ("ES", "########Z", "Mi carné de conducir es {id}."),
    ("IT", "MI#######A", "Patente di guida: {id}"),
    ("NL", "5#########", "Rijbewijsnummer {id}"),
    ("PT", "L-#######", "Carta de condução: {id}"),
    ("BR", "###########", "CNH: {id}"),
    ("PL", "#####/##/####", "Numer prawa jazdy: {id}"),
    ("AU", "########", "driver licence no. {id} (NSW)"),
    ("CA ON", "A####-#####-#####", "Ontario driver's licence {id}"),
    ("IN", "MH12 2011#######", "Driving Licence No: {id}"),
    ("JP", "############", "運転免許証番号 {id}"),
)
"""Country, shape, and a sentence that names it."""

_TRIES = 100_000


def national_ids() -> Iterator[Sample]:
    """Four numbers of each kind, each beside its name; and the same digits where nothing names them."""
    random = seeded("national ids")
    for name, shape, *sentences in NUMBERS:
        numbers = [_valid(random, name, shape) for _ in range(4)]
        for turn, number in enumerate(numbers):
            yield filled(sentences[turn % 2], f"id {name}", id=("personal.national_id", number))
        bare = "".join(filter(str.isalnum, numbers[0]))
        if bare.isdigit():
            yield filled("Frame {id} of the film is blurred.", f"no id {name}", id=bare)


def _valid(random: Random, name: str, shape: str) -> str:
    check = import_module(f"stdnum.{name}").is_valid
    for _ in range(_TRIES):
        value = shaped(random, shape)
        if check(value):
            return value
    raise ValueError(f"no valid {name} is shaped {shape}")


def papers() -> Iterator[Sample]:
    """Passports and driving licenses beside their names."""
    random = seeded("papers")
    for kind, rows in (("personal.passport", PASSPORTS), ("personal.driving_license", LICENSES)):
        for country, shape, sentence in rows:
            for _ in range(3):
                yield filled(sentence, f"{kind.rpartition('.')[2]} {country}", id=(kind, shaped(random, shape)))
