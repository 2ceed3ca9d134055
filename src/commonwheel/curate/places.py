"""What addresses are made of: capitals, codes of places, and words for streets, units and countries."""

from commonwheel.curate.wordlists import words

UPPER = "A-Z" + "".join(chr(code) for code in range(0xC0, 0x530) if chr(code).isupper())
"""What a name may begin with, for a character class: capitals of Latin, Greek and Cyrillic."""

POSTCODE = (
    r"(?:(?:[A-Z]{1,3}[- ])?(?:[0-9]{5}-[0-9]{3,4}|[0-9]{2}-[0-9]{3}|[0-9]{3}-[0-9]{4}|[0-9]{4}-[0-9]{3}|"
    r"[0-9]{3} [0-9]{2}(?= )|[0-9]{4} ?[A-Z]{2}|[0-9]{3} [0-9]{3}|[0-9]{4,6})"
    r"|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z][0-9][0-9W] ?[A-Z0-9]{4})"
    r"(?![\w]|[.,-][0-9])"
)
"""The forms of codes of places that states use."""

ENGLISH = words("places", "english", "english_weak")
"""Kinds of streets behind a number and a name."""
PREFIXED = words(
    "places", "french", "french_weak", "spanish", "spanish_weak", "italian", "portuguese", "slavic", "others"
)
"""Kinds of streets before a name."""
COMPOUND = words("places", "compound", "compound_weak")
"""Kinds of streets at the end of a name, joined to it or as its last word."""
UNITS = words("places", "units")
"""Parts of a house."""
STATES = "|".join(words("places", "states"))
"""Two or three letters for parts of the United States, Canada and Australia, as an expression."""
COUNTRIES = words("places", "countries")
"""As they stand at the end of an address."""
