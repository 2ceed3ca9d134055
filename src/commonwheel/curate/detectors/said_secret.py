"""Secrets said in a sentence: "my password is …", "la contraseña es …", a PIN, a door's code, an answer."""

import re
from collections.abc import Iterator

from commonwheel.curate.naming import PASSWORDS
from commonwheel.curate.placeholders import is_fetched, is_placeholder
from commonwheel.curate.randomness import is_random, is_wordy
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned

_SPACED = tuple(word for word in PASSWORDS if word.isascii() or (word[0].isalpha() and ord(word[0]) < 0x590))
_JOINED = ("密码", "密碼", "口令", "パスワード", "暗証番号", "비밀번호", "비번", "암호", "รหัสผ่าน")
_IS = (
    r"(?:is now|is still|is set to|is|was|will be|ist jetzt|ist|lautet|war|est|était|es|era|é|è|sera|será|sarà|"
    r"blir|är|er|on|"
    r"jest|brzmi|to|je|este|olarak|van|это|был|будет|είναι|là|adalah|हे|है)"
)
_VALUE = r"[\"'`“„«‘*]{0,3}(?P<secret>[^\s\"'`“”„«»‘’<>]{4,64})"
_MARKUP = re.compile(r"&(?:lt|gt|quot|amp|\#[0-9]{1,4});|&(?=[\w-]{1,30}=)|\||\\[nrt]")
_CALL = re.compile(r"[A-Za-z_][\w.]{0,80}[(\[]\w{0,40}$")
"""What fetches a password in code, without its closing bracket."""
_TRAILING = ".,;:)]}?"


def _said(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A word that is no word: letters with digits or signs. Plain words after "is" are prose."""
    value = _MARKUP.split(match.group("secret"))[0].rstrip(_TRAILING).removesuffix("**").removesuffix("*")
    start = match.start("secret")
    if len(value) < 4 or is_placeholder(value) or is_fetched(value) or _CALL.match(value):
        return
    letters = any(character.isalpha() for character in value)
    digits = any(character.isdigit() for character in value)
    signs = re.search(r"[^\w'’.,/-]", value.rstrip("!")) is not None
    if letters and (digits or signs):
        score = 0.8 if len(value) >= 6 else 0.6
    elif digits:
        score = 0.65 if value.isdigit() else 0.2
    elif is_random(value) or (value != value.lower() and not value.istitle() and not is_wordy(value)):
        score = 0.6
    else:
        quoted = scanned.text[start - 1 : start] in {'"', "'", "`", "“", "„", "«", "‘"}
        score = 0.6 if quoted else 0.0
    if score:
        yield Hit("credential.password", start, start + len(value), score)


def _pin(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    if value not in {"1234", "0000", "123456", "12345"}:
        yield Hit("credential.pin", *match.span("secret"), 0.75)


def _answer(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    if not is_placeholder(value):
        yield Hit("credential.security_answer", *match.span("secret"), 0.65)


_PIN = (
    r"(?:(?:pin|passcode|unlock|sim|lock ?screen|door|gate|alarm|entry|garage|building|voicemail|locker|keypad|"
    r"safe|vault)"
    r"[ -]?(?:code|combination|number|pin)|pin|pincode|PIN-Code|Geheimzahl|Geheimcode|Türcode|code (?:secret|"
    r"pin|de la porte)|"
    r"digicode|c[oó]digo (?:pin|secreto|de la puerta)|clave secreta|codice (?:pin|segreto)|pin-?код|пин-?код|"
    r"PIN码|暗証番号)"
)
_CODE = (
    r"(?:(?:verification|security|one[- ]time|authentication|confirmation|login|sign-in|2fa|otp|access|recovery)"
    r"[ -]"
    r"(?:code|passcode|password|pin)|otp|TAN|Bestätigungscode|Sicherheitscode|code de (?:vérification|sécurité)|"
    r"c[oó]digo de (?:verificaci[oó]n|seguridad|verificação|segurança)|codice di (?:verifica|sicurezza)|"
    r"код подтверждения|"
    r"验证码|驗證碼|認証コード|인증번호)"
)

DETECTOR = Detector(
    name="said_secret",
    version="1",
    about=About(
        finds="passwords, PINs, codes and security answers that somebody tells in a sentence",
        how="By the words before them, in more than thirty languages; a password in a sentence is one that is no "
        "plain word, or stands in quotes.",
        misses="passwords that are plain words without quotes",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                rf"(?<![^\W_])(?:{'|'.join(sorted(_SPACED, key=len, reverse=True))}|pw|wifi|wi-fi)"
                rf"(?:[ ][^\W\d_]{{1,15}}){{0,5}}?[ ]{_IS}[ :]{{1,2}}{_VALUE}",
                re.IGNORECASE,
            ),
            confirm=_said,
            rule="password",
            says="What a sentence says a password is.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?:{'|'.join(_JOINED)})(?:[ ]?(?:是|为|為|は|는|은|:|คือ)){{1,2}}[ ]{{0,2}}{_VALUE}"
            ),
            confirm=_said,
            rule="password_joined",
            says="What a sentence says a password is.",
        ),
        Pattern(
            expression=re.compile(
                r"\b(?:use|enter|type|used|set|with|try)[ ][\"'`“]?(?P<secret>[^\s\"'`“”]{5,64})"
                r"[\"'`”]?[ ](?:as|for)[ ]"
                r"(?:the|your|my|a|our)[ ](?:[a-z-]{2,15}[ ]){0,2}(?:password|passphrase|passcode|pin)\b",
                re.IGNORECASE,
            ),
            confirm=_said,
            rule="password_as",
            says="What a sentence tells to use as a password.",
        ),
        Pattern(
            expression=re.compile(r"WIFI:(?:[A-Z]:[^;\n]{0,64};){0,4}?P:(?P<secret>(?:[^;\\\n]|\\.){4,64});"),
            confirm=_said,
            rule="wifi",
            says="The password of a network, as its QR code says it.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?<![^\W_]){_PIN}(?:[ ][^\W\d_]{{1,12}}){{0,4}}?(?:[ ]{_IS}|[ ]?[:=#]|是|は)"
                rf"[ :\"'#]{{0,3}}(?P<secret>[0-9]{{4,5}}|[0-9]{{8}})(?![0-9]|[.,:-][0-9])",
                re.IGNORECASE,
            ),
            confirm=_pin,
            rule="pin",
            says="A secret number, by the words before it.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?<![^\W_]){_CODE}(?:[ ][^\W\d_]{{1,12}}){{0,4}}?(?:[ ]{_IS}|[ ]?[:=]|是|为|は|는)"
                rf"[ :\"'#]{{0,3}}(?P<secret>(?:[A-Z]-)?[0-9]{{3}}[ -]?[0-9]{{3}}|[0-9]{{4,8}})(?![0-9]|"
                rf"[.,:-][0-9])",
                re.IGNORECASE,
            ),
            confirm=_pin,
            rule="code",
            says="A code that proves who somebody is, by the words before it.",
        ),
        Pattern(
            expression=re.compile(
                r"(?:security|secret|recovery|password)[ ](?:question[ ])?answer(?:[ ][a-z]{1,10}){0,3}?(?:[ ](?"
                r":is|was)|[ ]?[:=])[ ]"
                r"[\"'“]?(?P<secret>[^\W\d_][^\n\"'”.,;]{1,40})",
                re.IGNORECASE,
            ),
            confirm=_answer,
            rule="answer",
            says="The answer to a question that protects an account.",
        ),
        Pattern(
            expression=re.compile(
                r"(?:mother(?:'|’)?s maiden name|Mädchenname (?:meiner|der) Mutter|nom de jeune fille de ma mère|"
                r"apellido de soltera de mi madre|cognome da nubile di mia madre)(?:[ ](?:is|was|ist|war|lautet|"
                r"est|es|è|era)|[ ]?:)[ ]"
                r"(?P<secret>[^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?)"
            ),
            confirm=_answer,
            rule="maiden_name",
            says="The answer to the question for a mother's maiden name.",
        ),
    ),
)  # fmt: skip
"""See the module."""
