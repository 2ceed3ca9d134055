"""Telephones, e-mail addresses, cards and accounts: how the world writes them, and what only looks like them."""

import re
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwheel.curate.detect import detect
from commonwheel.curate.detectors import card, email, iban, phone

PHONES = [
    ("Reach me on +49 (0)30 901820 please", "+49 (0)30 901820", None),
    ("+33.6.12.34.56.78", "+33.6.12.34.56.78", None),
    ("tel:+5511912345678", "+5511912345678", None),
    ("011 44 20 7946 0958", "011 44 20 7946 0958", None),
    ("Anna, 06 12 34 56 78, room 12", "06 12 34 56 78", None),
    ("Er wohnt hier: 0151 23456789", "0151 23456789", "de"),
    ("Office 4, (11) 91234-5678", "(11) 91234-5678", "pt"),
    ("8 (912) 345-67-89", "8 (912) 345-67-89", None),
    ("010-2345-6789 입니다", "010-2345-6789", "ko"),
    ("мой телефон 912 345 67 89", "912 345 67 89", None),
    ("Zadzwoń: 512 345 678", "512 345 678", None),
    ("mobil: 20 12 34 56", "20 12 34 56", None),
    ("我的手机是13800138000", "13800138000", None),
    ("मेरा फ़ोन नंबर 98765 43210 है", "98765 43210", None),
    ("Cep: 0532 123 45 67", "0532 123 45 67", None),
    ("phone=0791234567", "0791234567", None),
    ('{"phone": "5551234"}', "5551234", None),
    ("call 650-253-0000 ext. 42", "650-253-0000 ext. 42", None),
    ("030 1234567 Durchwahl 12 ist das Telefon", "030 1234567 Durchwahl 12", None),
]


@pytest.mark.parametrize(("text", "number", "language"), PHONES)
def test_a_telephone_number_is_found_as_the_world_writes_it(check, text, number, language):
    check("phone", text, ("personal.phone", number), language=language)


def _written(region: str) -> Iterator[str]:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if number is not None:
        usual = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        if sum(character.isdigit() for character in usual) > 6:
            yield from (usual, usual.replace(" ", "/", 1))
            if usual[1:2].isdigit():  # one digit before a dot is a decimal
                yield re.sub("[ -]+", ".", usual)
            yield phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_region_is_known(check, region):
    for number in _written(region):
        check("phone", f"you can reach me at {number} tonight", ("personal.phone", number))


def test_two_numbers_side_by_side_are_two(check):
    text = "Tel. 044 668 18 00 / 079 123 45 67"
    check("phone", text, *(("personal.phone", n) for n in ("044 668 18 00", "079 123 45 67")), language="de-CH")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Call us about order 12345678.", None), ("My account number is 0012345678, call me", None),
        ("call f(1000 - 450)", None), ("the phone has 4000 - 2500 photos", None),
        ("il y a 12 345 678 habitants", "fr"),
        ("Das kostet 12 345 678 Euro", "de"), ("pages 118-1204", None), ("(150(100/100)", None),
        ("DE89 3704 0044 0532 0130 00", "de"), ("4111 1111 1111 1111", "en"), ("ISBN 0-306-40615-2", "en"),
        ("48.8583701, 2.2944813", None), ("1700000000", None), ("1-800-FLOWERS", None), ("10.0.19041.1", None),
        ("12:30:45.123456", None), ("uuid 123e4567-e89b-12d3-a456-426614174000", None), ("RFC 2822 3339 5321",
        None),
        ("ref. 0612345678 on the invoice", None), ("2024-01-02 10:11:12 13.14.15", "de"),
    ],
)  # fmt: skip
def test_a_number_of_another_kind_is_no_telephone(check, text, language):
    check("phone", text, language=language)


EMAILS = [
    ('write to "ann lee"@example.org', '"ann lee"@example.org'),
    ("postmaster@[192.0.2.1] answers", "postmaster@[192.0.2.1]"),
    ("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"),
    ("用户@例子.公司", "用户@例子.公司"),
    ("ann@example[.]com", "ann@example[.]com"),
    ("ana (arroba) ejemplo (punto) es", "ana (arroba) ejemplo (punto) es"),
    ("ana arroba ejemplo punto es", "ana arroba ejemplo punto es"),
    ("max ät firma punkt de", "max ät firma punkt de"),
    ("jean arobase exemple point fr", "jean arobase exemple point fr"),
    ("иван собака почта точка рф", "иван собака почта точка рф"),
    ("j dot doe at example dot com", "j dot doe at example dot com"),
    ("ann%40example.org", "ann%40example.org"),
    ("ann @ example.com", "ann @ example.com"),
    ("Mail ann@example.org.Then wait", "ann@example.org"),
]


@pytest.mark.parametrize(("text", "address"), EMAILS)
def test_a_disguised_or_unusual_address_is_found(check, text, address):
    check("email", text, ("personal.email", address))


@pytest.mark.parametrize(
    "text",
    ["logo@2x.png", "npm i @org/pkg@latest", "root@web01.example.com:~# ls", "ssh deploy@web01.example.com",
     "git clone ssh://git@example.com/a.git", "user@host.local", "x@pytest.mark.parametrize", "pay @ walmart.com",
     "the river at one point in time", "uses: actions/checkout@v4.1.0", "@media screen",
     "follow @ann@example.social",
     "available at example dot com"],
)  # fmt: skip
def test_what_only_has_an_at_sign_is_no_address(check, text):
    check("email", text)


CARDS = [
    ("3056 930902 5904", "3056 930902 5904"),
    ("3782 822463 10005", "3782 822463 10005"),
    ("carta 6759 6498 2643 8453", "6759 6498 2643 8453"),
    ("我的信用卡4111111111111111", "4111111111111111"),
    ("4111-1111-1111-1111, 5500000000000004", "4111-1111-1111-1111", "5500000000000004"),
]


@pytest.mark.parametrize(("text", "numbers"), [(text, numbers) for text, *numbers in CARDS])
def test_a_grouped_card_is_found(check, text, numbers):
    check("card", text, *(("personal.card", number) for number in numbers))


@pytest.mark.parametrize(
    "text",
    ["tracking 4111111111111111", "4111 11** **** 1111", "IMEI 490154203237518", "1700000000000",
    "2.333333333333333",
     "4111111111111111.5", "AE06 4111 1111 1111 1111 069", "20231105123456"],
)  # fmt: skip
def test_what_names_something_else_is_no_card(check, text):
    check("card", text)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("DE 89 3704 0044 0532 0130 00", "DE 89 3704 0044 0532 0130 00"),
        ("de89370400440532013000", "de89370400440532013000"),
        ("DE8937 04004405 32013000", "DE8937 04004405 32013000"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"),
    ],
)
def test_an_iban_is_found_in_any_spacing(check, text, account):
    check("iban", text, ("personal.iban", account))


ACCOUNTS = [
    ("Account number 12345678, sort code 20-00-00", "12345678", "20-00-00"),
    ("routing 021000021 account # 123456789", "021000021", "123456789"),
    ("Kontonummer 532013000, BLZ 370 400 44", "532013000", "370 400 44"),
    ("SWIFT: DEUTDEFF500", "DEUTDEFF500"),
    ("IFSC HDFC0001234", "HDFC0001234"),
    ("BSB 062-000", "062-000"),
    ("CLABE 032180000118359719", "032180000118359719"),
    ("口座番号 1234567", "1234567"),
    ("р/с 40817810099910004312", "40817810099910004312"),
    ("číslo účtu 19-2000145399/0800", "19-2000145399/0800"),
    ("my UPI is ann.lee@okhdfc", "ann.lee@okhdfc"),
]


@pytest.mark.parametrize(("text", "numbers"), [(text, numbers) for text, *numbers in ACCOUNTS])
def test_a_named_account_is_found(check, text, numbers):
    check("bank_account", text, *(("personal.bank_account", number) for number in numbers))


@pytest.mark.parametrize(
    "text",
    ["12345678 20-00-00", "routing 021000022", "the account of 1984", "on account of 2024-01-02", "SWIFTLY GONE"],
)
def test_an_account_needs_its_name_and_its_check(check, text):
    check("bank_account", text)


def _found(detector, text):
    body = {"kind": "chat", "messages": [{"role": "user", "content": text}]}
    return detect(body, detectors=(detector,))


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("0123456789+()-. /@a.ä\n９０,x"), max_size=300))
@pytest.mark.parametrize(
    "detector", [card.DETECTOR, email.DETECTOR, iban.DETECTOR, phone.DETECTOR], ids=lambda d: d.name
)
def test_no_text_breaks_a_detector(detector, text):
    found = _found(detector, text)
    assert not found.failed
    assert all(0 <= f.start < f.end <= len(text) and 0 <= f.score <= 1 for f in found.findings)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("0123456789"), min_size=15, max_size=15), st.sampled_from(["", " ", "-"]))
def test_every_grouped_card_with_a_right_digit_is_found(digits, separator):
    first = "4" + digits[1:]
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(first))
    number = first + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)
    written = separator.join(number[i : i + 4] for i in range(0, 16, 4))
    assert any(f.kind == "personal.card" for f in _found(card.DETECTOR, f"card {written}").findings)
