"""Which personal data the detectors are sure of, and what they leave alone."""

import pytest

EMAILS = [
    ("write to ann.lee@example.org today", "ann.lee@example.org"),
    ("ANN_LEE+news@Mail.Example.CO.UK.", "ANN_LEE+news@Mail.Example.CO.UK"),
    ("<mailto:o'neil@example.com>", "o'neil@example.com"),
    ("jürgen@müller.de", "jürgen@müller.de"),
    ("ann@xn--mller-kva.xn--p1ai", "ann@xn--mller-kva.xn--p1ai"),
    ("用户邮箱是ann@example.org谢谢", "ann@example.org"),
    ("вася@почта.рф", "вася@почта.рф"),
    ("ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ"),
    ("ann [at] example [dot] org", "ann [at] example [dot] org"),
    ("ann(at)example.org", "ann(at)example.org"),
    ("it is ann at example dot org ok", "ann at example dot org"),
    ("😀ann@example.org😀", "ann@example.org"),
    ("x" * 300 + " ann@example.org", "ann@example.org"),
]


@pytest.mark.parametrize(("text", "address"), EMAILS)
def test_an_address_is_found(check, text, address):
    check("email", text, ("personal.email", address))


@pytest.mark.parametrize(
    "text",
    ["@property", "a @ b", "user@host", "npm i pkg@1.2.3", "git clone git@github.com:a/b.git", "@ann on twitter",
     "https://user:pass@example.org/", "x=@a.b", "look at the polka dot dress", "me@", "@@@@", "3@4.5"],
)  # fmt: skip
def test_what_is_no_address_is_left_alone(check, text):
    check("email", text)


PHONES = [
    ("+41 79 123 45 67", "+41 79 123 45 67", None),
    ("ring +44 20 7946 0958 now", "+44 20 7946 0958", None),
    ("(+1) 650-253-0000", "(+1) 650-253-0000", None),
    ("0041 79 123 45 67", "0041 79 123 45 67", None),
    ("call (650) 253-0000 x123", "(650) 253-0000 x123", None),
    ("650-253-0000", "650-253-0000", None),
    ("Tel. 044 668 18 00", "044 668 18 00", "de-CH"),
    ("044 668 18 00", "044 668 18 00", "de-CH"),
    ("030 12345678 ist meine Nummer", "030 12345678", "de"),
    ("mon portable : 06 12 34 56 78", "06 12 34 56 78", None),
    ("電話は03-1234-5678です", "03-1234-5678", "ja"),
    ("هاتف ٠٥٠١٢٣٤٥٦٧", "٠٥٠١٢٣٤٥٦٧", None),
    ("＋４１ ７９ １２３ ４５ ６７", "＋４１ ７９ １２３ ４５ ６７", None),
    ("+41\u00a079\u00a0123\u201145\u201167", "+41\u00a079\u00a0123\u201145\u201167", None),
    ("Phone: 02.27.96.63.08", "02.27.96.63.08", None),
    ("2023-11-05 phone 0477 11 28 98", "0477 11 28 98", None),
]


@pytest.mark.parametrize(("text", "number", "language"), PHONES)
def test_a_phone_number_is_found(check, text, number, language):
    check("phone", text, ("personal.phone", number), language=language)


@pytest.mark.parametrize(
    "text",
    ["2023-11-05 18:43:36", "on 11/05/2023", "1,000,000 people", "3.14159265", "192.168.100.200", "1000000000",
     "ISBN 978-3-16-148410-0", "0.123456789", "$1234567.89", "order 20231105123456", "pages 1000-1050",
     "12345678901234567890123456789", "x = 1 2 3 4 5 6 7 8 9", "he made 2 calls and 10/2=5 rings"],
)  # fmt: skip
def test_other_numbers_are_no_phone_numbers(check, text):
    check("phone", text)


CARDS = [
    ("4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("pay with 5500-0000-0000-0004.", "5500-0000-0000-0004"),
    ("378282246310005", "378282246310005"),
    ("6011111111111117", "6011111111111117"),
    ("3530111333300000", "3530111333300000"),
    ("30569309025904", "30569309025904"),
    ("2223003122003222", "2223003122003222"),
    ("2200 0000 0000 0004 is Mir", "2200 0000 0000 0004"),
    ("2 4111 1111 1111 1111 12/27 123", "4111 1111 1111 1111"),
    ("my maestro 6759649826438453", "6759649826438453"),
    ("４１１１ １１１１ １１１１ １１１１", "４１１１ １１１１ １１１１ １１１１"),
]


@pytest.mark.parametrize(("text", "number"), CARDS)
def test_a_card_is_found(check, text, number):
    check("card", text, ("personal.card", number))


@pytest.mark.parametrize(
    "text",
    ["4111 1111 1111 1112", "1234567812345670", "0000 0000 0000 0000", "9999999999999999", "41111111111111",
     "a4111111111111111", "4111111111111111b", "order 6759649826438453", "3.4111111111111111"],
)  # fmt: skip
def test_other_numbers_are_no_cards(check, text):
    check("card", text)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("IBAN DE89 3704 0044 0532 0130 00 please", "DE89 3704 0044 0532 0130 00"),
        ("ch9300762011623852957", "ch9300762011623852957"),
        ("GB82WEST12345698765432,", "GB82WEST12345698765432"),
        ("FR14-2004-1010-0505-0001-3M02-606", "FR14-2004-1010-0505-0001-3M02-606"),
        ("to NO93 8601 1117 947 today", "NO93 8601 1117 947"),
    ],
)
def test_an_iban_is_found(check, text, account):
    check("iban", text, ("personal.iban", account))


@pytest.mark.parametrize(
    "text", ["DE88370400440532013000", "ZZ893704004405320130", "DE89 3704", "AB12CD34EF56GH78IJ90"]
)
def test_what_fails_its_checks_is_no_iban(check, text):
    check("iban", text)


NATIONAL = [
    ("My SSN is 308-63-0237", "308-63-0237"),
    ("ITIN: 912-90-3456", "912-90-3456"),
    ("SIN 123-456-782 (Canada)", "123-456-782"),
    ("CURP BOXW310820HNERXN09", "BOXW310820HNERXN09"),
    ("CPF 390.533.447-05", "390.533.447-05"),
    ("mi RUT es 12.531.909-2", "12.531.909-2"),
    ("NHS number 943 476 5870", "943 476 5870"),
    ("National Insurance QQ 12 34 56 C no, AB 12 34 56 C", "AB 12 34 56 C"),
    ("Steuer-ID 36 574 261 809", "36 574 261 809"),
    ("meine AHV-Nummer 756.9217.0769.85", "756.9217.0769.85"),
    ("SVNR 1237 010180", "1237 010180"),
    ("sécurité sociale 2 95 10 99 126 111 93", "2 95 10 99 126 111 93"),
    ("DNI 54362315K", "54362315K"),
    ("codice fiscale RCCMNL83S18D969H", "RCCMNL83S18D969H"),
    ("BSN 111222333", "111222333"),
    ("PESEL 44051401359", "44051401359"),
    ("personnummer 880320-0016", "880320-0016"),
    ("CPR 211062-5629", "211062-5629"),
    ("henkilötunnus 131052-308T", "131052-308T"),
    ("rodné číslo 710319/2745", "710319/2745"),
    ("CNP 1630615123457", "1630615123457"),
    ("kimlik no 17291716060", "17291716060"),
    ("Aadhaar 2341 2341 2346", "2341 2341 2346"),
    ("身份证号码是11010519491231002X", "11010519491231002X"),
    ("주민등록번호 971013-9019902", "971013-9019902"),
    ("teudat zehut 039337423", "039337423"),
    ("SA ID 7503305044089", "7503305044089"),
]


@pytest.mark.parametrize(("text", "number"), NATIONAL)
def test_a_named_national_number_is_found(check, text, number):
    check("national_id", text, ("personal.national_id", number))


UNMISTAKABLE = frozenset(
    ("308-63-0237", "BOXW310820HNERXN09", "390.533.447-05", "12.531.909-2", "AB 12 34 56 C", "756.9217.0769.85",
     "2 95 10 99 126 111 93", "RCCMNL83S18D969H", "131052-308T")
)  # fmt: skip
"""Nothing else is written so."""


@pytest.mark.parametrize("number", [number for _, number in NATIONAL if number not in UNMISTAKABLE])
def test_a_number_without_its_name_is_left_alone(check, number):
    check("national_id", f"the value {number} was measured")


@pytest.mark.parametrize("number", sorted(UNMISTAKABLE))
def test_an_unmistakable_number_needs_no_name(check, number):
    check("national_id", f"the value {number} was measured", ("personal.national_id", number))


@pytest.mark.parametrize(
    "text", ["SSN 000-12-3456", "AHV 756.9217.0769.84", "PESEL 44051401358", "my ssn is secret"]
)
def test_a_named_number_that_fails_its_check_is_left_alone(check, text):
    check("national_id", text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("blocked 86.231.85.193 again", "86.231.85.193"),
        ("my ip is 1.2.3.5", "1.2.3.5"),
        ("from 93.184.216.34:8080", "93.184.216.34"),
        ("2001:4860:4860::8888", "2001:4860:4860::8888"),
        ("[2a02:1210:1234:5678:9abc:def0:1234:5678]", "2a02:1210:1234:5678:9abc:def0:1234:5678"),
        ("４５.３３.３２.１５６", "４５.３３.３２.１５６"),
    ],
)
def test_an_address_of_a_machine_is_found(check, text, address):
    check("ip", text, ("personal.ip", address))


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "192.168.1.10", "10.0.0.1", "203.0.113.7", "0.0.0.0", "::1", "fe80::1", "2001:db8::1", "8.8.8.8",
     "version 86.231.85.193", "Chrome/120.0.6099.109", "v1.2.3.4", "section 1.2.3.4", "300.1.1.1", "1.2.3.4.5",
     "std::vector", "at 12:30:45", "a::b", "00:1a:2b:3c:4d:5e", "==4.12.9.1"],
)  # fmt: skip
def test_what_names_no_machine_of_a_person_is_left_alone(check, text):
    check("ip", text, at_least=0.3)


@pytest.mark.parametrize(
    "address",
    ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
     "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
     "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
     "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
     "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xde709f2102306220921060314715629080e2fb77"],
)  # fmt: skip
def test_a_wallet_is_found(check, address):
    check("wallet", f"send to {address}!", ("personal.wallet", address))


@pytest.mark.parametrize(
    "text",
    ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "0x" + "0" * 40,
     "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00",
     "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
)  # fmt: skip
def test_what_fails_its_checksum_is_no_wallet(check, text):
    check("wallet", text)
