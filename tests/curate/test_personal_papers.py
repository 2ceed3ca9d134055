"""Identity numbers of the world, passports, licenses, wallets, machines, and what only looks like them."""

import importlib
import re

import pytest

from commonwheel.curate.detectors import national_id
from commonwheel.curate.identities import IDENTITIES
from commonwheel.curate.identities.formulas import FORMULAS

NUMBERS = [
    ("My number is 123456788012? No: my number's name is My Number 123456789018", "123456789018"),
    ("NRIC S1234567D", "S1234567D"),
    ("HKID A123456(3)", "A123456(3)"),
    ("身分證字號 A123456789", "A123456789"),
    ("Emirates ID 784-1980-1234567-8", "784-1980-1234567-8"),
    ("کد ملی 0499370899", "0499370899"),
    ("ИИН 890101300131", "890101300131"),
    ("СНИЛС 112-233-445 95", "112-233-445 95"),
    ("TAJ szám: 111 111 110", "111 111 110"),
    ("adóazonosító jelem 8000000008", "8000000008"),
    ("Rentenversicherungsnummer 15070649C103", "15070649C103"),
    ("personas kods 161175-19997", "161175-19997"),
    ("NHI ZZZ0016", "ZZZ0016"),
    ("dowód osobisty ABS123456", "ABS123456"),
    ("mi cédula es 1.234.567-2", "1.234.567-2"),
    ("DUI 00016297-5", "00016297-5"),
    ("PIS 120.63474.45-3", "120.63474.45-3"),
    ("Rekisteröity: hetu 131052-308T", "131052-308T"),
    ("my nin is 12345678901 (Nigeria)", "12345678901"),
    ("Ghana Card GHA-123456789-0", "GHA-123456789-0"),
    ("الرقم القومي 29001011234567", "29001011234567"),
    ("Medicare card 2123 45670 1", "2123 45670 1"),
    ("nic 853400937V", "853400937V"),
    ("số CCCD 001090012345", "001090012345"),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_a_named_number_of_the_world_is_found(findings, text, number):
    seen = {text[f.start : f.end] for f in findings("national_id", text) if f.score >= 0.6}
    assert number in seen


@pytest.mark.parametrize(
    "text",
    ["NRIC S1234567A", "HKID A123456(4)", "کد ملی 0499370898", "СНИЛС 112-233-445 96", "DUI 00016297-6",
     "Emirates ID 784-1980-1234567-9", "NHI ZZZ0017", "Frame 12345678901 is blurred", "the id of row 42"],
)  # fmt: skip
def test_a_number_that_fails_its_check_is_left_alone(check, text):
    check("national_id", text)


def test_every_row_says_what_it_is_and_its_check_is_there():
    rules = [identity.rule for identity in IDENTITIES]
    assert len(set(rules)) == len(rules)
    assert len({identity.country for identity in IDENTITIES}) >= 40
    for identity in IDENTITIES:
        re.compile(identity.shape)
        assert identity.words == identity.words.lower()
        assert bool(identity.bare) == bool(identity.sign) == bool(identity.alone), identity.rule
        if identity.check.startswith(":"):
            assert identity.check[1:] in FORMULAS
        elif identity.check:
            assert callable(importlib.import_module(f"stdnum.{identity.check}").is_valid)


def test_every_formula_is_used():
    assert {i.check[1:] for i in IDENTITIES if i.check.startswith(":")} == set(FORMULAS)


def test_every_pattern_says_a_sentence():
    assert all(p.rule and p.says.endswith(".") for p in national_id.DETECTOR.patterns)


PASSPORTS = [
    ("My passport number is A12345678.", "A12345678"),
    ("Reisepass-Nr.: C01X00T47", "C01X00T47"),
    ("Mijn paspoortnummer is NXPR79B76", "NXPR79B76"),
    ("护照号码:E12345678", "E12345678"),
    ("паспорт 45 08 123456", "45 08 123456"),
    ("K1234567 is my passport", "K1234567"),
    (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ),
    (
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ),
]


@pytest.mark.parametrize(("text", "number"), PASSPORTS)
def test_a_passport_is_found(check, text, number):
    check("passport", text, ("personal.passport", number))


@pytest.mark.parametrize(
    "text",
    ["A12345678", "my passport expires 20310101", "passport lost. Order 12345678 came", "passport is 100000000",
     "L898902C37UTO7408122F1204159ZE184226B<<<<<10"],
)  # fmt: skip
def test_what_is_no_passport_is_left_alone(check, text):
    check("passport", text)


LICENSES = [
    ("My driver's license number is A1234567", "A1234567"),
    ("Florida DL# S514-172-80-844-0", "S514-172-80-844-0"),
    ("MORGA657054SM9IJ", "MORGA657054SM9IJ"),
    ("Führerscheinnummer: B072RRE2I55", "B072RRE2I55"),
    ("Patente di guida: MI1234567A", "MI1234567A"),
    ("CNH: 01234567890", "01234567890"),
    ("Driving Licence No: MH12 20111234567", "MH12 20111234567"),
    ("運転免許証番号 123456789012", "123456789012"),
    ("Ontario driver's licence A1234-56789-01234", "A1234-56789-01234"),
]


@pytest.mark.parametrize(("text", "number"), LICENSES)
def test_a_driving_license_is_found(check, text, number):
    check("driving_license", text, ("personal.driving_license", number))


@pytest.mark.parametrize(
    "text",
    [
        "A1234567",
        "software license number A1234567",
        "license plate 1234567",
        "MORGA699054SM9IJ",
        "DL speed 12345"[:11],
    ],
)
def test_what_is_no_driving_license_is_left_alone(check, text):
    check("driving_license", text)


@pytest.mark.parametrize(
    ("detector", "kind", "text", "value"),
    [
        ("mac", "mac", "3c:22:fb:01:02:ab", "3c:22:fb:01:02:ab"),
        ("mac", "mac", "3C-22-FB-01-02-AB", "3C-22-FB-01-02-AB"),
        ("mac", "mac", "3c22.fb01.02ab", "3c22.fb01.02ab"),
        ("mac", "mac", "MAC 3c22fb0102ab", "3c22fb0102ab"),
        ("ip", "ip", "http://86.231.85.193:8080/a", "86.231.85.193"),
        ("ip", "ip", "::ffff:86.231.85.193", "::ffff:86.231.85.193"),
        ("ip", "ip", "86.231.85.193/32", "86.231.85.193"),
        ("wallet", "wallet", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
        ("wallet", "wallet", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
         "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
        ("wallet", "wallet", "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ",
         "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"),
        ("wallet", "wallet", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
         "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
        ("wallet", "wallet",
         "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
         "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H"),
        ("wallet", "wallet", "solana 7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU",
        "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"),
        ("vehicle", "vehicle", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
        ("vehicle", "vehicle", "Fahrgestellnummer WVWZZZ1JZXW000001", "WVWZZZ1JZXW000001"),
        ("vehicle", "vehicle", "Kennzeichen B-AB 1234", "B-AB 1234"),
        ("vehicle", "vehicle", "license plate 7ABC123", "7ABC123"),
        ("vehicle", "vehicle", "matrícula 1234 BCD", "1234 BCD"),
        ("vehicle", "vehicle", "Placa do carro: ABC1D23", "ABC1D23"),
        ("vehicle", "vehicle", "immatriculation AB-123-CD", "AB-123-CD"),
        ("device", "device", "IMEI 490154203237518", "490154203237518"),
        ("device", "device", "IDFA 6D92078A-8246-4BA4-AE5B-76104861E7DC", "6D92078A-8246-4BA4-AE5B-76104861E7DC"),
        ("device", "device", "SIM card 8944500102198304826", "8944500102198304826"),
        ("device", "device", "Seriennummer C02XL0GYJGH5", "C02XL0GYJGH5"),
    ],
)  # fmt: skip
def test_a_machine_is_found(check, detector, kind, text, value):
    check(detector, text, (f"personal.{kind}", value))


@pytest.mark.parametrize(
    ("detector", "text"),
    [
        ("mac", "ff:ff:ff:ff:ff:ff"), ("mac", "01:00:5e:00:00:fb"), ("mac", "12:30:45"), ("mac",
        "00:00:5E:00:53:01"),
        ("mac", "3c:22:fb:01:02:ab:44:55:66:77:88:99:aa:bb:cc:dd"), ("mac", "3c22fb0102ab"), ("ip",
        "86.231.85.0/24"),
        ("ip", "+95.1.237.149"), ("wallet", "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"),
        ("wallet", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"), ("vehicle", "1M8GDM9AXKP042789"),
        ("vehicle", "AB-123-CD"), ("vehicle", "a dinner plate that\\u2019s 200 g"), ("device", "490154203237518"),
        ("device", "IMEI 490154203237519"), ("device", "a serial killer in 1984"),
    ],
)  # fmt: skip
def test_what_is_no_machine_of_a_person_is_left_alone(check, detector, text):
    check(detector, text)
