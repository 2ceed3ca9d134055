"""Addresses, places and dates of birth that the detectors are sure of, and what they leave alone."""

import pytest

ADDRESSES = [
    ("I live at 12 Oak Street, Springfield, IL 62704.", "12 Oak Street, Springfield, IL 62704"),
    ("Send it to 16 Park Parkway, Salem, OR 97301, USA please", "16 Park Parkway, Salem, OR 97301, USA"),
    ("42 Wallaby Way, Sydney NSW 2000", "42 Wallaby Way, Sydney NSW 2000"),
    ("23 Maple Street, Toronto, ON M6C 1R5", "23 Maple Street, Toronto, ON M6C 1R5"),
    ("my address is 15 elm st apt 4, boston ma 02115", "15 elm st apt 4, boston ma 02115"),
    ("She moved to 427 W. Virginia St. in May", "427 W. Virginia St"),
    ("P.O. Box 1234, Dallas, TX 75201", "P.O. Box 1234, Dallas, TX 75201"),
    ("PSC 7004, Box 8380\nAPO AP 11949", "PSC 7004, Box 8380\nAPO AP 11949"),
    ("Musterstraße 12, 10115 Berlin", "Musterstraße 12, 10115 Berlin"),
    ("Er wohnt Am Markt 5, 1010 Wien.", "Am Markt 5, 1010 Wien"),
    ("Lange Straße 7b, 70173 Stuttgart", "Lange Straße 7b, 70173 Stuttgart"),
    ("Bahnhofstrasse 10, 8001 Zürich", "Bahnhofstrasse 10, 8001 Zürich"),
    ("12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris"),
    ("12 bis, avenue Foch, 75116 Paris, France", "12 bis, avenue Foch, 75116 Paris, France"),
    ("Rue de la Loi 16, 1000 Bruxelles", "Rue de la Loi 16, 1000 Bruxelles"),
    ("Calle Mayor 5, 3º B, 28013 Madrid", "Calle Mayor 5, 3º B, 28013 Madrid"),
    ("Vivo en la Avda. de América, 12, 4º izq, 28028 Madrid", "Avda. de América, 12, 4º izq, 28028 Madrid"),
    ("Carrera 7 # 12-34, Bogotá", "Carrera 7 # 12-34, Bogotá"),
    ("Via Roma 10, 00184 Roma", "Via Roma 10, 00184 Roma"),
    ("Kerkstraat 12, 1017 GP Amsterdam", "Kerkstraat 12, 1017 GP Amsterdam"),
    ("Rua Augusta, 123, 01305-000 São Paulo", "Rua Augusta, 123, 01305-000 São Paulo"),
    ("Rua 25 de Março, 100, São Paulo - SP", "Rua 25 de Março, 100, São Paulo - SP"),
    ("ul. Karpacka 69, 85-164 Bydgoszcz", "ul. Karpacka 69, 85-164 Bydgoszcz"),
    ("ул. Ленина, д. 5, кв. 12, Москва", "ул. Ленина, д. 5, кв. 12, Москва"),
    ("Drottninggatan 5, 111 51 Stockholm", "Drottninggatan 5, 111 51 Stockholm"),
    ("Petőfi utca 12, 1052 Budapest", "Petőfi utca 12, 1052 Budapest"),
    ("Atatürk Cad. No: 12, Kadıköy", "Atatürk Cad. No: 12, Kadıköy"),
    ("Jl. Sudirman No. 12, Jakarta 10220", "Jl. Sudirman No. 12, Jakarta 10220"),
    ("〒100-0001 東京都千代田区千代田1-1", "〒100-0001 東京都千代田区千代田1-1"),
    ("我住在北京市海淀区中关村大街27号。", "住在北京市海淀区中关村大街27号"),
    ("서울특별시 강남구 테헤란로 152", "서울특별시 강남구 테헤란로 152"),
    ("35 Kromwater 38\nApt. 7\nDelft\nTanzania 53144", "35 Kromwater 38\nApt. 7\nDelft\nTanzania 53144"),
    ("My new address is 92 Eusebio Dávila 57", "92 Eusebio Dávila 57"),
    ("The postcode is SW1A 2AB now", "SW1A 2AB"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_an_address_is_found_whole(findings, text, address):
    best = max(findings("address", text), key=lambda finding: (finding.end - finding.start, finding.score))
    assert (text[best.start : best.end], best.score >= 0.6) == (address, True)


@pytest.mark.parametrize(
    "text",
    ["12 Angry Men is a film about a street", "there are 5 ways to drive", "page 12 via email",
     "Place 3 cups of flour", "a 10 minute drive", "a 3 point line on a 2 way street",
     "In 1929 Wall Street crashed", "number 12 on the road", "Spring 5 Boot", "Monitoring 3 During 10 years",
     "add 2 tbsp sugar", "Suite 1 by Bach", "221B Baker Street", "Der Platz 1 in der Tabelle",
     "la calle tiene 5 casas", "la via ha 3 corsie", "Paris, France", "I love Berlin", "Der Weg 3 km weiter",
     "DE89 3704 0044 0532 0130 00", "Die Straße 20 Uhr", "My email address: Ann 5"],
)  # fmt: skip
def test_what_is_no_address_is_left_alone(check, text):
    check("address", text)


PLACES = [
    ("47.376888, 8.541694", "47.376888, 8.541694"),
    ("my location is 47.3768, 8.5416", "47.3768, 8.5416"),
    ("see maps.example.com/@48.8583701,2.2944813,17z", "48.8583701,2.2944813"),
    ("geo:37.786971,-122.399677", "37.786971,-122.399677"),
    ("at 40°26′46″N 79°58′56″W today", "40°26′46″N 79°58′56″W"),
    ("N 47° 22.123' E 008° 32.456'", "N 47° 22.123' E 008° 32.456'"),
    ("47.3769° N, 8.5417° E", "47.3769° N, 8.5417° E"),
    ("in UTM 32T 465000 5247000", "32T 465000 5247000"),
    ("MGRS: 32TMT6500047000", "32TMT6500047000"),
    ("8FVC9G8F+6X", "8FVC9G8F+6X"),
    ("meet at 9G8F+6X Zürich", "9G8F+6X"),
    ("///filled.count.soap", "///filled.count.soap"),
    ("what3words: filled.count.soap", "filled.count.soap"),
    ("geohash: u0qj8f2", "u0qj8f2"),
]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_coordinates_are_found(check, text, place):
    check("location", text, ("personal.location", place))


def test_what_is_called_latitude_and_longitude_is_found(check):
    both = (("personal.location", "47.376888"), ("personal.location", "8.541694"))
    check("location", '{"lat": 47.376888, "lng": 8.541694}', *both)
    check("location", "latitude=47.376888&longitude=8.541694", *both)


@pytest.mark.parametrize(
    "text",
    ["[0.123456, 0.654321, 0.9999]", "12.34567, 45.67890, 33.11111", "x=1.2345, y=2.3456", "1.23456.7890",
     "12.3456 15.6789", "file:///a.b.c", "1.0000, 2.0000", "lat 95.12345, lon 8.5", "47°N, 8°E", "C++ and 2+2",
     "import a.b.c", "99.376888, 8.541694 is my location"],
)  # fmt: skip
def test_other_decimals_are_no_place(check, text):
    check("location", text)


BIRTHS = [
    ("DOB: 05/03/1984", "05/03/1984"),
    ("I was born on 3rd of May 1984 in Leeds", "3rd of May 1984"),
    ("Please tell me your date of birth. It's 3/23/1940", "3/23/1940"),
    ("3 May 1984 (date of birth)", "3 May 1984"),
    ('"birth_date": "1984-05-03"', "1984-05-03"),
    ("dob 19840503", "19840503"),
    ("born 3 May 1984, joined 5 June 2010", "3 May 1984"),
    ("née le 3 mai 1984 à Lyon", "3 mai 1984"),
    ("geboren am 3. Mai 1984", "3. Mai 1984"),
    ("Geburtsdatum: 03.05.84", "03.05.84"),
    ("fecha de nacimiento: 3 de mayo de 1984", "3 de mayo de 1984"),
    ("nato a Roma il 3 maggio 1984", "3 maggio 1984"),
    ("data de nascimento 03/05/1984", "03/05/1984"),
    ("geboren op 3 mei 1984", "3 mei 1984"),
    ("urodzony 3 maja 1984 r.", "3 maja 1984"),
    ("дата рождения 03.05.1984", "03.05.1984"),
    ("родился 3 мая 1984 года", "3 мая 1984"),
    ("出生日期：1984年5月3日", "1984年5月3日"),
    ("1984年5月3日生まれ", "1984年5月3日"),
    ("生年月日 昭和59年5月3日", "昭和59年5月3日"),
    ("생년월일: 1984년 5월 3일", "1984년 5월 3일"),
    ("تاريخ الميلاد: ٣/٥/١٩٨٤", "٣/٥/١٩٨٤"),
    ("जन्म तिथि: 3 मई 1984", "3 मई 1984"),
    ("3 Mayıs 1984 doğumlu", "3 Mayıs 1984"),
    ("วันเกิด 3/5/2527", "3/5/2527"),
    ("ngày sinh 3 tháng 5 năm 1984", "3 tháng 5 năm 1984"),
    ("my birthday is May 3rd", "May 3rd"),
]


@pytest.mark.parametrize(("text", "date"), BIRTHS)
def test_a_date_of_birth_is_found(check, text, date):
    check("birth_date", text, ("personal.birth_date", date))


@pytest.mark.parametrize(
    "text",
    ["born in 1984", "DOB: 31/02/1984", "we meet on 2024-05-03", "Mozart was born on 27 January 1756", "I am 40",
     "The idea was born on 3 May 2004", "happy birthday!", "A star is born, 5 October 2018",
     "DOB: 12/2024"],
)  # fmt: skip
def test_other_dates_are_no_births(check, text):
    check("birth_date", text)
