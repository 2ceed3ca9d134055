"""What a second factor is made from: seeds of one-time passwords, and codes to get back in without it."""

import base64
import binascii
import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.randomness import is_random
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context, near

_SEED = context(
    "totp", "otp", "2fa", "mfa", "otpauth", "authenticator", "two-factor", "two factor", "second factor",
    "zwei-faktor", "authentificateur", "autenticador", "one-time", "google auth", "secret key", "setup key",
    "двухфакторн", "两步验证", "双重验证", "二段階認証",
)  # fmt: skip
_RECOVERY = context(
    "recovery code", "recovery codes", "backup code", "backup codes", "scratch code", "emergency code",
    "wiederherstellungscode", "backup-code", "codes de secours", "code de récupération", "códigos de respaldo",
    "código de recuperación", "códigos de recuperação", "codici di backup", "резервные коды",
    "恢复代码", "备用验证码",
)  # fmt: skip


def _address(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if not is_placeholder(match.group("secret")):
        yield Hit("credential.otp_seed", *match.span("secret"), 0.97)


def _seed(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Base32 of a length that seeds have (RFC 4226 asks for 128 bits, and many give 80)."""
    plain = re.sub("[ -]", "", match.group("secret")).upper().rstrip("=")
    if is_placeholder(plain) or not any(character.isdigit() for character in plain) or not is_random(plain):
        return
    try:
        base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error:
        return
    if near(scanned, *match.span(), _SEED, before=80, after=30):
        yield Hit("credential.otp_seed", *match.span("secret"), 0.85)


def _alone(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Base32 of exactly the length of a seed, with digits among the letters, on a line of its own."""
    value = match.group("secret")
    digits = sum(character.isdigit() for character in value)
    if digits >= 2 and is_random(value) and not is_placeholder(value):
        yield Hit("credential.otp_seed", *match.span("secret"), 0.6)


def _codes(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if near(scanned, *match.span(), _RECOVERY, before=120) and any(c.isdigit() for c in match.group()):
        yield Hit("credential.recovery_code", *match.span(), 0.85)


_CODE = r"(?:[0-9]{1,2}[.)][ ])?(?:[0-9a-zA-Z]{4,6}[- ][0-9a-zA-Z]{4,6}|[0-9a-zA-Z]{8,12})"

DETECTOR = Detector(
    name="second_factor",
    version="1",
    about=About(
        finds="seeds of one-time passwords and recovery codes",
        how="By the address that QR codes hold, and by base32 or lists of codes beside words that announce them; "
        "base32 of exactly the usual length also on a line of its own.",
        misses="single recovery codes without such words",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                r"otpauth://[ht]otp/[^\s\"'<>]{0,300}?[?&]secret=(?P<secret>[A-Za-z2-7]{8,128}={0,6})"
            ),
            confirm=_address,
            rule="address",
            says="The seed of one-time passwords, in the address that a QR code holds.",
        ),
        Pattern(
            expression=re.compile(
                r"(?<![A-Za-z0-9+/_-])(?P<secret>[A-Z2-7]{16,64}={0,6}|[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,12}|"
                r"[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){3,12})"
                r"(?![A-Za-z0-9+/_=-])"
            ),
            confirm=_seed,
            rule="base32",
            says="Base32 beside words that announce the seed of one-time passwords.",
            beside=_SEED,
        ),
        Pattern(
            expression=re.compile(
                r"^[ \t]{0,8}(?P<secret>[A-Z2-7]{16}|[A-Z2-7]{26}|[A-Z2-7]{32})[ \t]{0,8}$", re.MULTILINE
            ),
            confirm=_alone,
            rule="alone",
            says="Base32 of the length of a seed on a line of its own.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?<![^\W_]){_CODE}(?:(?:,[ ]|[ ]{{0,4}}\n[ ]{{0,4}}){_CODE}){{3,19}}(?![^\W_])", re.ASCII
            ),
            confirm=_codes,
            rule="recovery",
            says="Codes to get back into an account, by the words before them.",
            beside=_RECOVERY,
        ),
    ),
)  # fmt: skip
"""See the module."""
