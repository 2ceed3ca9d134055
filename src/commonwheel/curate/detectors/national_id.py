"""Numbers that states give to people: the number's own checks (`stdnum`), and always a word that names it.

A bare run of digits passes some country's check, so a number without its name near by is never taken.
"""

import re
from collections.abc import Iterator
from importlib import import_module

from commonwheel.curate.scan import Confirm, Hit, Pattern, Scanned, context, near, text_detector

_ANY_COUNTRY = ("national id", "national identity", "identity number", "identity card", "id number", "id card",
                "identification number", "personal number", "tax id", "tax number", "tin")  # fmt: skip

_NUMBERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("us.ssn", r"[0-9]{3}([- ]?)[0-9]{2}\1[0-9]{4}", ("ssn", "social security", "soc sec", "social")),
    ("us.itin", r"9[0-9]{2}([- ]?)[0-9]{2}\1[0-9]{4}", ("itin", "taxpayer")),
    ("ca.sin", r"[0-9]{3}([- ]?)[0-9]{3}\1[0-9]{3}", ("sin", "social insurance", "assurance sociale", "nas")),
    ("mx.curp", r"[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]", ("curp",)),
    ("br.cpf", r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", ("cpf",)),
    ("ar.dni", r"[0-9]{2}\.?[0-9]{3}\.?[0-9]{3}", ("dni", "documento")),
    ("ar.cuit", r"[0-9]{2}-?[0-9]{8}-?[0-9]", ("cuit", "cuil")),
    ("cl.rut", r"[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-?[0-9Kk]", ("rut", "run")),
    ("gb.nhs", r"[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}", ("nhs",)),
    ("ie.pps", r"[0-9]{7}[A-W][A-IW]?", ("pps", "ppsn")),
    ("de.idnr", r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}",
     ("steuer-id", "steuerid", "idnr", "steueridentifikationsnummer", "steuernummer", "steuerliche")),
    ("at.vnr", r"[0-9]{4}[ -]?[0-9]{6}", ("svnr", "sozialversicherungsnummer", "versicherungsnummer",
     "sv-nummer")),
    ("ch.ssn", r"756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}",
     ("ahv", "avs", "oasi", "nss", "sozialversicherung", "navs", "numero d'assicurato")),
    ("fr.nir", r"[1-478] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
     ("nir", "sécu", "sécurité sociale", "securite sociale", "insee", "social security")),
    ("es.dni", r"[0-9]{8}[- ]?[A-Z]", ("dni", "nif", "documento", "identidad")),
    ("es.nie", r"[XYZ][- ]?[0-9]{7}[- ]?[A-Z]", ("nie", "extranjero", "identidad", "documento")),
    ("pt.nif", r"[0-9]{3} ?[0-9]{3} ?[0-9]{3}", ("nif", "contribuinte")),
    ("it.codicefiscale", r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]",
     ("codice fiscale", "cod. fisc", "c.f.", "fiscale", "tax code")),
    ("be.nn", r"[0-9]{2}\.?[0-9]{2}\.?[0-9]{2}[- ]?[0-9]{3}[. ]?[0-9]{2}",
     ("rijksregister", "registre national", "numéro national", "insz", "niss")),
    ("nl.bsn", r"[0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{3}", ("bsn", "burgerservicenummer", "sofinummer", "sofi")),
    ("pl.pesel", r"[0-9]{11}", ("pesel",)),
    ("se.personnummer", r"(?:[0-9]{2})?[0-9]{6}[-+]?[0-9]{4}", ("personnummer", "personal identity")),
    ("no.fodselsnummer", r"[0-9]{6} ?[0-9]{5}", ("fødselsnummer", "fodselsnummer", "personnummer")),
    ("dk.cpr", r"[0-9]{6}-?[0-9]{4}", ("cpr", "personnummer")),
    ("fi.hetu", r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]", ("hetu", "henkilötunnus", "sotu")),
    ("is_.kennitala", r"[0-9]{6}-?[0-9]{4}", ("kennitala", "kt.")),
    ("ee.ik", r"[0-9]{11}", ("isikukood",)),
    ("lt.asmens", r"[0-9]{11}", ("asmens kodas", "asmens kod")),
    ("cz.rc", r"[0-9]{6}/?[0-9]{3,4}", ("rodné číslo", "rodne cislo", "rodné č", "r.č.")),
    ("ro.cnp", r"[0-9]{13}", ("cnp", "cod numeric personal")),
    ("bg.egn", r"[0-9]{10}", ("егн", "egn")),
    ("hr.oib", r"[0-9]{11}", ("oib",)),
    ("si.emso", r"[0-9]{13}", ("emšo", "emso", "jmbg")),
    ("gr.amka", r"[0-9]{11}", ("αμκα", "amka")),
    ("tr.tckimlik", r"[0-9]{11}", ("kimlik", "tckn", "t.c.")),
    ("ua.rntrc", r"[0-9]{10}", ("рнокпп", "іпн", "ідентифікаційний")),
    ("ru.inn", r"[0-9]{12}", ("инн",)),
    ("il.idnr", r"[0-9]{9}", ("תעודת זהות", "ת.ז", "teudat")),
    ("za.idnr", r"[0-9]{13}", ("rsa id", "south african", "said", "sa id")),
    ("eg.tn", r"[0-9]{14}", ("الرقم القومي", "الرقم")),
    ("in_.aadhaar", r"[2-9][0-9]{3}([ -]?)[0-9]{4}\1[0-9]{4}", ("aadhaar", "aadhar", "आधार", "uidai")),
    ("in_.pan", r"[A-Z]{5}[0-9]{4}[A-Z]", ("pan", "permanent account", "income tax")),
    ("pk.cnic", r"[0-9]{5}-?[0-9]{7}-?[0-9]", ("cnic", "nadra", "شناختی")),
    ("cn.ric", r"[0-9]{17}[0-9Xx]", ("身份证", "身分證", "身份證", "公民身份", "resident identity")),
    ("kr.rrn", r"[0-9]{6}-?[0-9]{7}", ("주민등록", "주민번호", "resident registration")),
    ("th.pin", r"[0-9]-?[0-9]{4}-?[0-9]{5}-?[0-9]{2}-?[0-9]", ("บัตรประชาชน", "ประจำตัวประชาชน", "thai id")),
    ("id.nik", r"[0-9]{16}", ("nik", "ktp")),
    ("my.nric", r"[0-9]{6}-?[0-9]{2}-?[0-9]{4}", ("nric", "mykad", "kad pengenalan")),
    ("au.tfn", r"[0-9]{3} ?[0-9]{3} ?[0-9]{2,3}", ("tfn", "tax file")),
    ("nz.ird", r"[0-9]{2,3}-?[0-9]{3}-?[0-9]{3}", ("ird",)),
)  # fmt: skip
"""Module of `stdnum`, how the number is written, and the words (lower case) that name it."""

_BEFORE, _AFTER = 60, 25


def _checked(path: str, own: tuple[str, ...]) -> Confirm:
    """A country's checks are imported when one of its numbers turns up: most never do."""
    named = context(*own, *_ANY_COUNTRY)

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        start, end = match.span()
        if near(scanned, start, end, named, _BEFORE, _AFTER):
            country = import_module(f"stdnum.{path}")
            if country.is_valid(match.group()):
                yield Hit("personal.national_id", start, end, 0.95)

    return confirm


def _named(*own: str) -> Confirm:
    """Of a number without a check digit, its name and its shape are all there is."""
    named = context(*own)

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        if near(scanned, *match.span(), named, _BEFORE, _AFTER):
            yield Hit("personal.national_id", *match.span(), 0.85)

    return confirm


def _written(shape: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?<![0-9][.,-]){shape}(?!\w)(?![.,-][0-9])", re.ASCII)


_INSURANCE = ("national insurance", "nino", "ni number", "ni no", "insurance number")

DETECTOR = text_detector(
    "national_id",
    "1",
    [
        *(
            Pattern(expression=_written(shape), confirm=_checked(path, own), needs=(*own, *_ANY_COUNTRY))
            for path, shape, own in _NUMBERS
        ),
        Pattern(
            expression=_written(
                r"(?i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]) ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?(?i:[A-D])"
            ),
            confirm=_named(*_INSURANCE),
            needs=_INSURANCE,
        ),
    ],
    gate=re.compile(r"[0-9][A-Z0-9]|[0-9][ .-][0-9]"),
)
