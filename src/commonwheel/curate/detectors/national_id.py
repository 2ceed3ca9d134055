"""Numbers that states give to people: the number's own checks, and a word that names it.

A bare run of digits passes some country's check, so a number without its name near by is taken only
where its written form and its check together are like nothing else.
"""

import re
from collections.abc import Iterator
from importlib import import_module

from commonwheel.curate.identities import IDENTITIES, Identity
from commonwheel.curate.identities.formulas import FORMULAS
from commonwheel.curate.nearby import CLUSTER, CODE, around, named
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned, context, near

_BEFORE, _AFTER = 60, 25
"""How far its name may stand from a number with a check."""

_ANY_COUNTRY = (
    "national id", "national identity", "national identification", "identity number", "identity card",
    "identification number", "identity document", "personal number", "personal id", "citizen id", "tax id",
    "taxpayer id", "tax number", "tax identification", "social security", "social insurance", "ausweisnummer",
    "personalausweis", "steuernummer", "sozialversicherungsnummer", "carte d'identité", "numéro d'identité",
    "numéro fiscal", "documento de identidad", "número de identificación", "carta d'identità",
    "documento de identidade", "identiteitsnummer", "identiteitskaart", "dowód osobisty", "удостоверение", "身份",
    "身分", "الهوية", "पहचान", "identificación", "id number", "id card", "id no",
)  # fmt: skip
_ANY = context(*_ANY_COUNTRY)
_SEPARATORS = re.compile(r"[ ./()-]")
_WITHOUT_CLUSTER = frozenset(
    {"in.pan", "it.codicefiscale", "us.mbi", "de.ausweis", "nz.nhi", "az.fin", "mt.id", "fr.cni", "pa.cedula"}
)
"""Numbers that may hold fewer than five digits in a row, and are looked for as codes."""


def _right(identity: Identity, written: str) -> bool:
    """Whether a number passes its own check. Checks are imported when a number turns up: most never do."""
    if not identity.check:
        return True
    if identity.check.startswith(":"):
        return FORMULAS[identity.check[1:]](_SEPARATORS.sub("", written).upper())
    is_valid: bool = import_module(f"stdnum.{identity.check}").is_valid(written.upper())
    return is_valid


def _named(identity: Identity, shape: re.Pattern[str]) -> Confirm:
    """Beside what the country calls it."""
    words = context(*identity.words.split("|"))

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        for found in around(scanned, match, shape):
            start, end = found.span()
            if identity.check:
                if near(scanned, start, end, words, _BEFORE, _AFTER) and _right(identity, found.group()):
                    yield Hit("personal.national_id", start, end, 0.95)
            elif named(scanned, start, end, words):
                yield Hit("personal.national_id", start, end, 0.8)

    return confirm


def _called_so(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Beside a word for such numbers of any country."""
    if not near(scanned, *match.span(), _ANY, _BEFORE, _AFTER):
        return
    for shape, identities in _CHECKED.items():
        for found in around(scanned, match, shape):
            if any(_right(identity, found.group()) for identity in identities):
                yield Hit("personal.national_id", *found.span(), 0.7)


def _alone(identity: Identity, form: re.Pattern[str]) -> Confirm:
    """In the form that nothing else has."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        for found in around(scanned, match, form):
            if _right(identity, found.group()):
                yield Hit("personal.national_id", *found.span(), identity.alone)

    return confirm


def _written(shape: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?<![0-9][.,/-])(?:{shape})(?!\w)(?![.,/-][0-9])", re.ASCII | flags)


def _patterns(identity: Identity, shape: re.Pattern[str]) -> Iterator[Pattern]:
    what = f"{identity.name} ({identity.country})"
    right = "passes its check" if identity.check else "is written like one"
    yield Pattern(
        expression=CODE if identity.rule in _WITHOUT_CLUSTER else CLUSTER, confirm=_named(identity, shape),
        beside=context(*identity.words.split("|")), rule=identity.rule,
        says=f"An identity or tax number, {what}: a word beside it names it, and it {right}.",
    )  # fmt: skip
    if identity.bare:
        form = _written(identity.bare)
        yield Pattern(
            expression=CODE if identity.rule in _WITHOUT_CLUSTER else CLUSTER, confirm=_alone(identity, form),
            beside=re.compile(identity.sign), rule=f"{identity.rule}.form",
            says=f"An identity or tax number, {what}: nothing else is written so, and it {right}.",
        )  # fmt: skip


_SHAPES = tuple((identity, _written(identity.shape, re.IGNORECASE)) for identity in IDENTITIES)
_CHECKED = {
    shape: tuple(i for i, own in _SHAPES if own is shape and i.check not in ("", "ar.dni"))
    for identity, shape in _SHAPES
    if identity.check not in ("", "ar.dni")
}
"""By shape, those with a check: what only has a shape needs its own name."""
_COUNTRIES = sorted({identity.country for identity in IDENTITIES})

DETECTOR = Detector(
    name="national_id",
    version="3",
    about=About(
        finds="Numbers that states give to people: identity, tax, social insurance and health numbers.",
        how="By their written form, the check of the country (where it has one), and a word that names them in "
        "its languages or in English. Forms that nothing else has are taken without a word.",
        where=f"{len(_COUNTRIES)} countries: {', '.join(_COUNTRIES)}.",
        misses="Numbers of other countries; numbers that nothing near by names.",
    ),
    patterns=(
        *(pattern for identity, shape in _SHAPES for pattern in _patterns(identity, shape)),
        Pattern(
            expression=CLUSTER, confirm=_called_so, beside=context(*_ANY_COUNTRY), rule="any",
            says="An identity or tax number: a word for such numbers stands beside it, and it passes the check of "
            "a country.",
        ),
    ),
)  # fmt: skip
