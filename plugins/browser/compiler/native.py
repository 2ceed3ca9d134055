"""What of Python's libraries, and of ours, is written by hand in `native.js`, by its name there."""

NATIVE = {
    "base64.b64decode": "b64decode",
    "base64.urlsafe_b64decode": "urlsafe_b64decode",
    "base64.b32decode": "b32decode",
    "zlib.crc32": "crc32",
    "_hashlib.openssl_sha256": "sha256",
    "json.loads": "json_loads",
    "math.log2": "log2",
    "collections.Counter": "Counter",
    "itertools.islice": "islice",
    "ipaddress.IPv4Address": "IPv4Address",
    "ipaddress.IPv6Address": "IPv6Address",
    "importlib.import_module": "import_module",
    "stdnum.iban.is_valid": "iban",
    "stdnum.verhoeff.is_valid": "verhoeff",
    "calendar.monthrange": "monthrange",
    "datetime.date": "date",
    "unicodedata.category": "category",
    "re.escape": "escape",
    "int.from_bytes": "from_bytes",
}
"""Functions that are not ours."""

OVERRIDDEN = {
    "commonwheel.curate.checksums.base58check": "base58check",
    "commonwheel.curate.checksums.ripple": "ripple",
    "commonwheel.curate.checksums.base58": "base58",
    "commonwheel.curate.checksums.ss58": "ss58",
    "commonwheel.curate.checksums.monero": "monero",
    "commonwheel.curate.checksums.strkey": "strkey",
    "commonwheel.curate.checksums.cashaddr": "cashaddr",
    "commonwheel.curate.checksums.bech32": "bech32",
    "commonwheel.curate.checksums.keccak_256": "keccak_256",
    "commonwheel.curate.checksums.luhn": "luhn",
    "commonwheel.curate.numbering.plan": "plan",
    "commonwheel.curate.numbering.national": "national",
    "commonwheel.curate.numbering.international": "international",
    "commonwheel.curate.numbering.possible": "possible",
    "commonwheel.curate.numbering.is_mobile": "is_mobile",
    "commonwheel.curate.numbering.groups": "groups",
    "commonwheel.curate.numbering.everywhere": "everywhere",
}
"""Functions of ours that work on large numbers or ask a library: what they answer is the same."""
