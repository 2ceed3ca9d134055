"""What the name of a value promises: a password, a key, perhaps a key, or nothing secret.

`db_password` holds one; `password_hash`, `max_tokens` and `monkey` do not, and `key` may. A name is read as
the words it is made of, however they are joined.
"""

import re
from enum import Enum


class Promise(Enum):
    """What is to be expected under a name."""

    PASSWORD = "password"
    KEY = "key"
    PERHAPS = "perhaps"
    NOTHING = "nothing"


PASSWORDS = (
    "password", "passwords", "passwd", "passwort", "passphrase", "passcode", "pasword", "passwrd", "passwor",
    "passworsd", "paasword", "passowrd", "paswd", "paswrd", "pswd", "psswd", "pswrd", "psword", "psswrd",
    "pssword", "pwd", "psw", "kennwort", "contraseña", "contrasena", "senha", "wachtwoord", "hasło", "haslo",
    "lösenord", "adgangskode", "kodeord", "passord", "salasana", "heslo", "parolă", "parola", "şifre", "jelszó",
    "lozinka", "geslo", "slaptažodis", "parool", "пароль", "пароля", "паролем", "κωδικός", "密码", "密碼", "口令",
    "パスワード", "暗証番号", "비밀번호", "비번", "암호", "كلمة المرور", "كلمة السر", "סיסמה", "mật khẩu",
    "kata sandi", "รหัสผ่าน", "पासवर्ड", "mot de passe", "motdepasse",
)  # fmt: skip
"""How a password is called, in many languages, and as people and programs misspell it."""

SHORT = ("pass", "pw", "pswd", "psk", "mdp", "pwrd")
"""These stand alone or at the end of a name: "compass" is no password."""

_PHRASES = tuple(word for word in PASSWORDS if " " in word)
_PASSWORD_WORDS = frozenset((*PASSWORDS, *SHORT))
_PASSWORD_ENDS = ("password", "passwd", "passphrase", "pwd", "pswd", "passwort", "passcode", "pass")
_NO_PASSWORD = frozenset(
    "compass bypass trespass encompass surpass overpass underpass byepass firstpass multipass".split()
)
_KEY_WORDS = frozenset(
    "secret secrets token tokens credential credentials creds apikey apikeys pat jwt salt bearer".split()
)
_QUALIFIERS = frozenset(
    """
    api access secret private auth encryption encrypt decrypt master signing sign shared account service
    client aes des rsa hmac jwt session app application consumer license licence activation authentication
    subscription webhook deploy storage admin ssh gpg pgp crypt crypto cipher symmetric stream wifi wpa psk
    network security bearer refresh customer partner merchant integration write instrumentation p pkey data
    user vault recovery product authorization openai azure aws google stripe github maps push server live
    test prod
    """.split()
)
_PERHAPS = frozenset(
    "key keys auth authorization authentication signature sig nonce api session sid cookie otp seed iv hash "
    "ticket code hmac".split()
)
_KEY_ENDS = ("apikey", "secretkey", "accesskey", "privatekey", "authkey", "authtoken", "accesstoken", "secret",
             "token", "cryptkey", "aeskey")  # fmt: skip
_NOT_LAST = frozenset(
    """
    id ids name names url urls uri path paths file filename dir folder type types kind field fields label
    length len size count counts max min limit limits hash hashed hasher hashes digest digests expiry
    expires expiration expire ttl age policy regex pattern hint hints placeholder title message messages msg
    error errors version format column index list prompt text input form page view route reset change forgot
    provider manager service store endpoint host port user username email enabled required valid validator
    validation strength rotation arn ref reference alias prefix suffix header headers param parameter
    parameters algorithm alg usage budget stats cost costs price rate rates window public fingerprint
    checksum map set event events down up press frame frames word board ring stroke strokes binding bindings
    point points note notes date time timestamp at by count embedding embeddings ids mask logits probs class
    classes handler callback function func method exception failed failure status state scheme schema model
    table entity dto spec config options settings source target request response info metadata lookup
    attempts attempt retries try tries link page screen modal dialog button icon visible visibility pair
    pairs
    """.split()
)
_NOT_ANYWHERE = frozenset(
    """
    public pub primary foreign sort partition cache max num total count min completion eos bos unk pad mask
    cls sep csrf xsrf hot short shortcut arrow react translation i18n locale idempotency dedupe dedup lookup
    tokenizer limit per verify no without missing invalid forgot reset lost
    """.split()
)
_PIECE = re.compile(r"[A-Z]{2,30}(?![a-z])|[A-Z]?[^\W\d_A-Z]{1,60}|[A-Z]|[0-9]{1,20}")


def promise(name: str) -> Promise:
    """What a value of this name is. `name` is as it is written; digits at its end say nothing."""
    words = [piece.lower() for piece in _PIECE.findall(name) if not piece.isdigit()]
    if not words or words[-1] in _NOT_LAST:
        return Promise.NOTHING
    if any(_is_password(word) for word in words) or any(phrase in name.lower() for phrase in _PHRASES):
        return Promise.NOTHING if _NOT_ANYWHERE.intersection(words[:-1]) else Promise.PASSWORD
    if _NOT_ANYWHERE.intersection(words):
        return Promise.NOTHING
    joined = "".join(words)
    if _KEY_WORDS.intersection(words) or joined.endswith(_KEY_ENDS):
        return Promise.KEY
    if words[-1] in ("key", "keys"):
        return Promise.KEY if _QUALIFIERS.intersection(words[:-1]) else Promise.PERHAPS
    if "key" in words and _QUALIFIERS.intersection(words[: words.index("key")]):
        return Promise.KEY
    return Promise.PERHAPS if _PERHAPS.intersection(words[-2:]) else Promise.NOTHING


def _is_password(word: str) -> bool:
    if word in _PASSWORD_WORDS:
        return True
    return word.endswith(_PASSWORD_ENDS) and word not in _NO_PASSWORD and len(word) <= 24
