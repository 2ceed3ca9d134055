"""Numbers of devices, SIM cards and their subscribers, advertising and serial numbers, beside what names them."""

import re
from collections.abc import Callable, Iterator

from commonwheel.curate.checksums import luhn
from commonwheel.curate.nearby import CODE, around, named
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned, context

_IMEI = (
    "imei",
    "imei:",
    "imei number",
    "device id",
    "handset",
    "equipment identity",
    "imeisv",
    "имей",
    "串号",
    "基带",
    "*#06#",
)
_MEID = ("meid", "esn", "device id")
_ICCID = (
    "iccid",
    "sim",
    "sim card",
    "sim number",
    "simkarte",
    "sim-karte",
    "carte sim",
    "tarjeta sim",
    "сим",
    "sim卡",
)
_IMSI = ("imsi", "subscriber identity", "subscriber id")
_ADVERTISING = (
    "idfa", "idfv", "gaid", "aaid", "adid", "advertising id", "advertising identifier", "ad id", "device id",
    "device_id",
    "deviceid", "device uuid", "device identifier", "android id", "android_id", "androidid", "udid", "client id",
    "client_id", "installation id", "install id", "hardware id", "hwid", "machine id", "machine-id", "machineguid",
    "vendor id", "werbe-id", "geräte-id", "geräte-kennung", "identifiant publicitaire",
    "identifiant de l'appareil",
    "id del dispositivo", "id dispositivo", "id de dispositivo", "apparaat-id", "id urządzenia", "ид устройства",
    "идентификатор устройства", "设备id", "设备标识", "デバイスid", "기기 id", "معرف الجهاز",
)  # fmt: skip
_SERIAL = (
    "serial number", "serial no", "serial no.", "serial#", "serial", "s/n", "serialnumber", "serial_number",
    "seriennummer", "serien-nr", "seriennr", "numéro de série", "n° de série", "número de serie", "n.º de serie",
    "numero di serie", "matricola", "número de série", "serienummer", "numer seryjny", "výrobní číslo",
    "sériové číslo",
    "gyári szám", "serijski broj", "серийный номер", "серійний номер", "seri no", "seri numarası", "nomor seri",
    "序列号",
    "序號", "シリアル番号", "製造番号", "일련번호", "الرقم التسلسلي", "क्रम संख्या", "seri numaram", "sarjanumero",
)  # fmt: skip


def _digits(text: str) -> str:
    return re.sub(r"[^0-9A-Fa-f]", "", text)


def _imei(number: str) -> bool:
    """The last of fifteen is the Luhn check digit; with a version of software there is none."""
    digits = _digits(number)
    return len(set(digits)) > 2 and (len(digits) == 16 or luhn(digits))


def _iccid(number: str) -> bool:
    """ITU-T E.118: 89, nineteen digits the last of which is Luhn's, or twenty with one more behind."""
    digits = _digits(number)
    return luhn(digits) or (len(digits) == 20 and luhn(digits[:19])) or len(digits) == 20


def _meid(number: str) -> bool:
    """Fourteen hexadecimal digits, of which the first is at least A; or all of them decimal."""
    return number[0] in "aAbBcCdDeEfF" or number.isdigit()


def _varied(number: str) -> bool:
    return len(set(_digits(number))) > 3


def _serial(number: str) -> bool:
    """Letters and digits, or a long run of digits; no year and no word."""
    digits = sum(sign.isdigit() for sign in number)
    return digits >= 3 and len(number) >= 6 and not re.fullmatch(r"(?:19|20)[0-9]{2}[-/.]?[0-9-/.]{0,6}", number)


def _called(
    *called: str, shape: re.Pattern[str], check: Callable[[str], bool], score: float, before: int = 40
) -> Confirm:
    words = context(*called)

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        for found in around(scanned, match, shape):
            if check(found.group()) and named(scanned, *found.span(), words, before, 20):
                yield Hit("personal.device", *found.span(), score)

    return confirm


def _pattern(
    rule: str, what: str, shape: str, called: tuple[str, ...], check: Callable[[str], bool], score: float
) -> Pattern:
    written = re.compile(rf"(?<![\w.-])(?:{shape})(?![\w-])", re.ASCII | re.IGNORECASE)
    return Pattern(
        expression=CODE, confirm=_called(*called, shape=written, check=check, score=score,
        before=24 if rule == "serial" else 40),
        beside=context(*called), rule=rule, says=f"{what}: it is written like one, and a word beside it says so.",
    )  # fmt: skip


DETECTOR = Detector(
    name="device",
    version="1",
    about=About(
        finds="Numbers of telephones and other devices (IMEI, MEID), of SIM cards (ICCID) and their subscribers "
        "(IMSI), advertising identifiers, and serial numbers.",
        how="By their shape, their check digit where they have one, and always a word that names them.",
        misses="Numbers that nothing near by names.",
    ),
    patterns=(
        _pattern("imei", "The number of a mobile device (IMEI)",
                 r"[0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{6}[ -]?[0-9]{1,2}|[0-9]{6}[ -][0-9]{2}[ -][0-9]{6}[ -][0-9]",
                 _IMEI, _imei, 0.95),
        _pattern("meid", "The number of a mobile device (MEID)", r"[0-9A-F]{14}|[0-9]{18}|[0-9]{11}", _MEID,
        _meid, 0.85),
        _pattern("iccid", "The number of a SIM card", r"89(?:[ -]?[0-9]){16,18}F?", _ICCID, _iccid, 0.95),
        _pattern("imsi", "The number of a mobile subscriber", r"[2-79][0-9]{13,14}", _IMSI, _varied, 0.9),
        _pattern("advertising", "An identifier of a device",
                 r"[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}|[0-9A-F]{16}|[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{8}-[0-9A-F]{16}",
                 _ADVERTISING, _varied, 0.8),
        _pattern("serial", "The serial number of a device",
                 r"(?=[A-Z-]{0,12}[0-9])[A-Z0-9]{4,20}(?:-[A-Z0-9]{2,12}){0,4}", _SERIAL, _serial, 0.65),
    ),
)  # fmt: skip
