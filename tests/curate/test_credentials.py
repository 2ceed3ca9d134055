"""Which keys and logins the detectors are sure of, and what only looks like one.

Keys are put together here from a shape and random characters, so that no scanner of repositories takes
this file for a leak.
"""

import base64
import json
import random
import string

import pytest

LETTERS, HEX = string.ascii_letters + string.digits, "0123456789abcdef"


def key(prefix: str, length: int, alphabet: str = LETTERS) -> str:
    """A made-up key: the same each time, different for each prefix."""
    chance = random.Random(prefix)
    return prefix + "".join(chance.choice(alphabet) for _ in range(length))


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


JWT = ".".join((segment({"alg": "HS256", "typ": "JWT"}), segment({"sub": "1"}), key("", 43)))

KEYS = [
    ("github", key("ghp" + "_", 36)),
    ("github", key("github" + "_pat_", 22) + key("_", 59)),
    ("gitlab", key("glpat" + "-", 20)),
    ("aws", key("AKIA", 16, string.ascii_uppercase + string.digits)),
    ("google", key("AIza", 35)),
    ("google", key("GOCSPX" + "-", 28)),
    ("slack", "xox" + "b-391809548274-" + key("", 24)),
    ("slack", "xapp" + "-1-A0F6JEP4877-3425459257038-" + key("", 64, HEX)),
    ("stripe", key("sk" + "_live_", 24)),
    ("stripe", key("rk" + "_test_", 24)),
    ("openai", key("sk" + "-proj-", 74)),
    ("openai", key("sk" + "-", 20) + "T3Blbk" + "FJ" + key("", 20)),
    ("anthropic", key("sk" + "-ant-api03-", 93)),
    ("huggingface", key("hf" + "_", 34, string.ascii_letters)),
    ("npm", key("npm" + "_", 36)),
    ("pypi", key("pypi" + "-AgE", 90)),
    ("sendgrid", key("SG" + ".", 22) + "." + key("", 43)),
    ("twilio", key("SK", 32, HEX)),
    ("telegram", "508627689" + ":AA" + key("", 33)),
    ("age", key("AGE-SECRET" + "-KEY-1", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")),
    ("1password", key("ops" + "_eyJ", 300)),
    ("digitalocean", key("dop" + "_v1_", 64, HEX)),
    ("docker", key("dckr" + "_pat_", 27)),
    ("databricks", key("dapi", 32, HEX)),
    ("shopify", key("shpat" + "_", 32, HEX)),
    ("square", key("sq0" + "atp-", 22)),
    ("heroku", key("HRKU" + "-", 60)),
    ("postman", key("PMAK" + "-", 24, HEX) + "-" + key("", 34, HEX)),
    ("notion", key("ntn" + "_", 46)),
    ("linear", key("lin" + "_api_", 40)),
    ("figma", key("figd" + "_", 40)),
    ("grafana", key("glsa" + "_", 32) + "_" + key("", 8, HEX)),
    ("hashicorp", key("hvs" + ".", 60)),
    ("atlassian", key("ATATT" + "3x", 180)),
    ("sentry", key("sntryu" + "_", 64, HEX)),
    ("newrelic", key("NRAK" + "-", 27, string.ascii_uppercase + string.digits)),
    ("groq", key("gsk" + "_", 52)),
    ("xai", key("xai" + "-", 80)),
    ("replicate", key("r8" + "_", 37)),
    ("supabase", key("sbp" + "_", 40, HEX)),
    ("rubygems", key("rubygems" + "_", 48, HEX)),
    ("discord", key("M", 23) + "." + key("G", 5) + "." + key("x", 37)),
    ("azure", key("a", 2) + "8Q~" + key("", 34)),
    ("mailchimp", key("", 32, HEX) + "-us12"),
]


@pytest.mark.parametrize(("vendor", "secret"), KEYS, ids=lambda value: value[:12])
@pytest.mark.parametrize("around", ["use {}.", "KEY={}\n", '"{}"', "(url?k={}&x=1)", "键是{}。"])
def test_a_vendors_key_is_found(check, vendor, secret, around):
    check("vendor_key", around.format(secret), (f"credential.{vendor}", secret))


@pytest.mark.parametrize(
    "text",
    ["AKIA" + "IOSFODNN7EXAMPLE", "ghp" + "_" + "x" * 36, "sk" + "-proj-your-key-here-" + "a" * 30,
     "da39a3ee5e6b4b0d3255bfef95601890afd80709", "550e8400-e29b-41d4-a716-446655440000", "task-" + "0" * 30,
     key("xghp" + "_", 36), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     "A-long-sentence-with-hyphens-instead-of-spaces-in-it", "hf" + "_hub_download_and_other_function_names_x"],
)  # fmt: skip
def test_what_only_looks_like_a_key_is_left_alone(check, text):
    check("vendor_key", text)


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_a_private_key_is_found_whole(check, kind):
    lines = "\n".join(key(str(number), 64) for number in range(4))
    armor = f"-----BEGIN {kind}PRIVATE " + f"KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"
    check("private_key", f"look:\n{armor}\nthat was it", ("credential.private_key", armor))
    check("private_key", armor.replace("\n", "\\n"), ("credential.private_key", armor.replace("\n", "\\n")))


def test_a_private_key_that_breaks_off_is_found_as_far_as_it_goes(check):
    armor = "-----BEGIN PRIVATE " + "KEY-----\n" + key("a", 64) + "\n" + key("b", 64)
    check("private_key", armor + "\nand then it stops", ("credential.private_key", armor))


@pytest.mark.parametrize(
    "text",
    ["-----BEGIN PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----\n" + key("p", 64),
     "it starts with BEGIN PRIVATE KEY",
     "-----BEGIN CERTIFICATE-----\n" + key("c", 64), "eyJhbGciOi.not.atoken", "eyJ" + "A" * 40 + ".e30.x"],
)  # fmt: skip
def test_what_holds_no_private_key_is_left_alone(check, text):
    check("private_key", text)


def test_a_signed_token_is_found_by_decoding_it(check):
    check("signed_token", f"Authorization: Bearer {JWT}", ("credential.jwt", JWT))
    introduction = segment({"sub": "1234567890", "name": "John Doe", "iat": 1516239022})
    check("signed_token", JWT.replace(segment({"sub": "1"}), introduction))


def test_a_web_key_and_a_wallet_key_are_found(check):
    value = key("d", 42)
    check("private_key", json.dumps({"kty": "EC", "d": value}), ("credential.private_key", value))
    wallet = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    check("wallet_key", f"import {wallet} now", ("credential.wallet_key", wallet))
    check("wallet_key", f"import {wallet[:-1]}K now")


def der(*numbers):
    """A sequence of DER integers."""
    content = b"".join(b"\x02" + _length(n) + n for n in numbers)
    return b"\x30" + _length(content) + content


def _length(content):
    size = len(content)
    return bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")


CHANCE = random.Random(7)
RSA_KEY = der(
    b"\0", b"\0" + b"\xc1" + CHANCE.randbytes(255), b"\1\0\1", *(CHANCE.randbytes(128) for _ in range(6))
)
RSA_TEXT = base64.b64encode(RSA_KEY).decode()


def test_a_private_key_without_its_first_line_is_told_by_its_structure(check):
    check("encoded_key", f'key: "{RSA_TEXT}"', ("credential.private_key", RSA_TEXT))
    openssh = base64.b64encode(b"openssh-key-v1\0" + CHANCE.randbytes(200)).decode().rstrip("=")
    check("encoded_key", openssh, ("credential.private_key", openssh))


@pytest.mark.parametrize("shift", ["", "a", "ab"])
def test_a_private_key_inside_a_text_in_base64_is_found(check, shift):
    inside = f"{shift}-----BEGIN PRIVATE " + f"KEY-----\n{RSA_TEXT}\n-----END PRIVATE " + "KEY-----\n"
    text = base64.b64encode(inside.encode()).decode()
    check("encoded_key", f"tls.key: {text}\n", ("credential.private_key", text))
    service = json.dumps({"type": "service_account", "private_key": inside})
    text = base64.b64encode(service.encode()).decode()
    check("encoded_key", f"GCP={text}\n", ("credential.private_key", text))


@pytest.mark.parametrize("around", ["{}", "  *  {}", '  + "{}" +', "# {}", "12:00:01 {}"])
def test_a_stray_line_of_a_key_is_found(check, around):
    line = RSA_TEXT[200:264]
    check("encoded_key", around.format(line), ("credential.key_material", line))


@pytest.mark.parametrize(
    "text",
    ["-----BEGIN CERTIFICATE-----\nMIID{}\n{}\n-----END CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----\n{}\n{}",
     "ssh-rsa AAAAB3NzaC1yc2E{} me@example.org", "data:image/png;base64,{}", "iVBORw0KGgo{}\n{}\n{}",
     '"integrity": "sha384-{}"', "https://cdn.example/{}", "-----BEGIN PGP SIGNATURE-----\n\n{}\n{}", "h1:{}="],
)  # fmt: skip
def test_lines_of_what_is_public_are_left_alone(check, text):
    check("encoded_key", text.format(*(RSA_TEXT[at : at + 64] for at in (100, 200, 300))))


def test_a_long_file_in_base64_is_left_alone(check):
    data = base64.b64encode(random.Random(3).randbytes(9000)).decode()
    check("encoded_key", "\n".join(data[at : at + 76] for at in range(0, len(data), 76)))


def test_keys_of_putty_and_in_xml_are_found(check):
    secret = key("ppk", 64) + "\n" + key("two", 40) + "=="
    putty = f"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 2\n{secret}\nPrivate-MAC: 0a"
    check("private_key", putty, ("credential.private_key", secret))
    check("private_key", f"<D>{key('xml', 86)}==</D>", ("credential.private_key", key("xml", 86) + "=="))


def test_words_that_restore_a_wallet_are_found_beside_words_that_say_so(check):
    words = "ladder orbit zebra canvas mixed tiger uphold frost ribbon lunar cactus velvet"
    check("wallet_key", f"My recovery phrase: {words}", ("credential.seed_phrase", words))
    check("wallet_key", f"Wiederherstellungsphrase:\n{words}\n", ("credential.seed_phrase", words))
    check("wallet_key", words)
    check("wallet_key", "the mnemonic device that they learned was the one which helped them with their names")
    raw = key("0x", 64, HEX)
    check("wallet_key", f"private key {raw}", ("credential.wallet_key", raw))
    check("wallet_key", f"transaction {raw}")


LOGINS = [
    ("connection_string", "postgres://bob:{}@db.internal:5432/app", "s3cr3tPw!"),
    ("connection_string", "mongodb+srv://bob:{}@cluster0.mongodb.net", "p@ss:w0rd"),
    ("connection_string", "redis://:{}@cache:6379", "kJ8sd7fh"),
    ("connection_string", "amqps://app:{}@mq.example.org/vhost", "Ga7haimu"),
    ("connection_string", "smtps://me:{}@mail.example.org:465", "Fn83JZs"),
    ("connection_string", "jdbc:oracle:thin:scott/{}@db:1521:orcl", "t1ger99"),
    ("connection_string", "AccountName=x;AccountKey={};EndpointSuffix=y", key("k", 80) + "=="),
    ("connection_string", "SharedAccessKeyName=send;SharedAccessKey={}", key("s", 43) + "="),
    ("basic_auth", "https://bob:{}@example.org/x", "hunter22!"),
    ("basic_auth", "git clone https://bob:{}@git.example.org/x.git", "Xq72kkLm"),
]


@pytest.mark.parametrize(("kind", "text", "secret"), LOGINS)
def test_a_login_is_found_and_only_its_secret_marked(check, kind, text, secret):
    check("login", text.format(secret), (f"credential.{kind}", secret))


@pytest.mark.parametrize(
    "text",
    ["postgres://user:password@localhost/db", "https://example.org:8080/a@b", "https://bob@example.org",
     "mysql://root:${DB_PASSWORD}@host/db", "redis://:<password>@host", "see http://a/b:c@d",
     "postgres://{user}:{password}@{host}", "AccountKey=${KEY}"],
)  # fmt: skip
def test_what_holds_no_login_is_left_alone(check, text):
    check("login", text)


HEADERS = [
    ("basic_auth", "Authorization: Basic {}", base64.b64encode(b"bob:letmein1").decode()),
    ("bearer", "Authorization: Bearer {}", key("t0", 40)),
    ("bearer", "authorization: token {}", key("t1", 40)),
    ("bearer", "-H 'Authorization: SSWS {}'", key("t2", 42)),
    ("bearer", "Proxy-Authorization: NTLM {}", "TlRMTVNTUAAD" + key("n", 90)),
    ("cookie", "Cookie: theme=dark; sessionid={}", key("c", 32)),
    ("cookie", "Set-Cookie: PHPSESSID={}; path=/; HttpOnly", key("p", 26)),
    ("cookie", "JSESSIONID={}", key("j", 32, "0123456789ABCDEF")),
    ("cookie", '"connect.sid": "{}"', "s%3A" + key("s", 60)),
    ("cookie", "laravel_session={}", "eyJpdiI6" + key("l", 100)),
]


@pytest.mark.parametrize(("kind", "text", "secret"), HEADERS)
def test_what_opens_a_session_is_found(check, findings, kind, text, secret):
    given = text.format(secret)
    found = {(f.kind, given[f.start : f.end]) for f in findings("header", given) if f.score >= 0.6}
    assert found == {(f"credential.{kind}", secret)}


@pytest.mark.parametrize(
    "text",
    ["basic knowledge of things", "bearer of bad news", "Authorization: Bearer YOUR_TOKEN_GOES_HERE_1",
     "Authorization: Bearer ${TOKEN}", "Authorization: Basic <credentials>", "Cookie: theme=dark; lang=en-US",
     "Authorization: Basic " + base64.b64encode(b"user:password").decode(), "token validation_of_the_request",
     "Cookie: _ga=GA1.2.1234567890.1234567890", "a cookie: sugar=200g, butter=100g", "sessionid=<session>"],
)  # fmt: skip
def test_what_opens_no_session_is_left_alone(check, text):
    check("header", text)


def test_a_token_against_forgery_counts_little(findings):
    (finding,) = findings("header", f"Cookie: csrftoken={key('f', 32)}")
    assert finding.score < 0.3
