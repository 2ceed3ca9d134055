"""Addresses of machines, places on earth, vehicles and devices."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from random import Random

from evaluate.samples import Sample
from evaluate.world.filling import DIGITS, HEX, filled, seeded, shaped, some

_ADDRESS_TEXTS = (
    "The login came from {value}.",
    "my ip is {value}",
    "{value}",
    "Connection from {value} port 51022",
    "Meine Adresse im Netz ist {value}, glaube ich.",
)


def internet() -> Iterator[Sample]:
    """Public IPv4 and IPv6 addresses in their spellings, MAC addresses, and what only looks like them."""
    random = seeded("internet")
    for _ in range(20):
        four = ("personal.ip", str(_public(random)))
        yield filled(random.choice(_ADDRESS_TEXTS), "IPv4", value=four)
        six = IPv6Address(0x2A << 120 | random.getrandbits(120))
        for written in (six.compressed, six.exploded, six.compressed.upper()):
            yield filled(random.choice(_ADDRESS_TEXTS), "IPv6", value=("personal.ip", written))
        short = IPv6Address(0x2A02 << 112 | random.getrandbits(32) << 64 | random.getrandbits(12))
        yield filled(random.choice(_ADDRESS_TEXTS), "IPv6 ::", value=("personal.ip", short.compressed))
        # Two bits of the first byte would say: a group's address, or one made up for a while.
        pairs = [f"{random.getrandbits(6) << 2:02x}", *(some(random, HEX, 2) for _ in range(5))]
        dots = ".".join("".join(pairs[i : i + 2]) for i in (0, 2, 4))
        for written in (":".join(pairs), "-".join(pairs).upper(), dots):
            yield filled("The device {value} joined.", "MAC", value=("personal.mac", written))
        version = ".".join(str(random.randint(0, 30)) for _ in range(4))
        yield filled("Update to version {value} today.", "no ip: version", value=version)
        yield filled("See section {value} of the act.", "no ip: section", value=version)


def _public(random: Random) -> IPv4Address:
    while True:
        address = IPv4Address(random.getrandbits(32))
        if address.is_global and not address.is_multicast:
            return address


def places() -> Iterator[Sample]:
    """Coordinates precise enough for a house, in decimals, in degrees, in links; and coarse ones."""
    random = seeded("places")
    for _ in range(15):
        latitude, longitude = random.uniform(-60, 70), random.uniform(-170, 170)
        pair = f"{latitude:.6f}, {longitude:.6f}"
        for text, value in (
            ("We live at {value}.", pair),
            ("GPS: {value}", pair.replace(", ", ",")),
            ("Meet me at {value}!", f"{_degrees(latitude, 'NS')} {_degrees(longitude, 'EW')}"),
            ("geo:{value}", f"{latitude:.5f},{longitude:.5f}"),
            ("https://maps.example.com/@{value},17z", f"{latitude:.7f},{longitude:.7f}"),
            ("lat: {value}", f"{latitude:.6f}, lon: {longitude:.6f}"),
        ):
            yield filled(text, f"coordinates {text.split('{')[0].strip()}", value=("personal.location", value))
        yield filled(
            "The mean was {value} over both runs.", "no coordinates", value=f"{latitude:.2f}, {longitude:.2f}"
        )
        loss = f"{random.random():.6f}, {random.random():.6f}"
        yield filled("Losses: {value}.", "no coordinates: losses", value=loss)


def _degrees(value: float, signs: str) -> str:
    minutes, seconds = divmod(abs(value) * 3600, 60)
    degrees, minutes = divmod(int(minutes), 60)
    return f"{degrees}°{minutes:02}'{seconds:04.1f}\"{signs[value < 0]}"


_VIN_LETTERS = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

PLATES = (
    ("DE", "B-@@ ####", "Mein Kennzeichen ist {value}."),
    ("GB", "@@1# @@@", "My number plate is {value}."),
    ("FR", "@@-###-@@", "Ma plaque d'immatriculation : {value}"),
    ("ES", "#### BCD", "Matrícula {value}"),
    ("IT", "@@###@@", "La mia targa è {value}."),
    ("NL", "##-@@@-#", "Kenteken {value}"),
    ("PL", "WA #####", "numer rejestracyjny {value}"),
    ("US", "7@@@###", "license plate {value} (California)"),
    ("US", "@@@-####", "My license plate is {value}."),
    ("BR", "@@@#@##", "Placa do carro: {value}"),
    ("IN", "MH 12 @@ ####", "vehicle registration number {value}"),
    ("SE", "@@@ ###", "Registreringsnummer {value}"),
)
"""Country, shape, and a sentence that names it."""


def vehicles() -> Iterator[Sample]:
    """License plates beside a word for them, and vehicle identification numbers."""
    random = seeded("vehicles")
    for country, shape, sentence in PLATES:
        for _ in range(3):
            yield filled(sentence, f"plate {country}", value=("personal.vehicle", shaped(random, shape)))
    for _ in range(12):
        number = _vin(random)
        yield filled("VIN: {value}", "VIN", value=("personal.vehicle", number))
        yield filled("Fahrgestellnummer {value}", "VIN", value=("personal.vehicle", number))


def _vin(random: Random) -> str:
    characters = [*some(random, "12345", 1), *some(random, "".join(_VIN_LETTERS), 7), "0"]
    characters += [*some(random, "".join(_VIN_LETTERS), 2), *some(random, DIGITS, 6)]
    pairs = zip(characters, _VIN_WEIGHTS, strict=True)
    rest = sum(_VIN_LETTERS.get(c, 0) * w if c.isalpha() else int(c) * w for c, w in pairs) % 11
    characters[8] = "X" if rest == 10 else str(rest)
    return "".join(characters)


def devices() -> Iterator[Sample]:
    """IMEI numbers with their check digit, and other numbers of a device beside their name."""
    random = seeded("devices")
    for _ in range(10):
        digits = "35" + some(random, DIGITS, 12)
        doubled = sum(int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits))
        imei = digits + str(-doubled % 10)
        yield filled("IMEI: {value}", "IMEI", value=("personal.device", imei))
        yield filled("My phone's IMEI is {value}.", "IMEI", value=("personal.device", imei))
        serial = shaped(random, "C0@##@#@JCL#")
        yield filled("Serial number: {value}", "serial", value=("personal.device", serial))
