"""Which credentials the detectors are sure of, and what only looks like one.

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
    check("private_key", f"Authorization: Bearer {JWT}", ("credential.jwt", JWT))


def test_a_web_key_and_a_wallet_key_are_found(check):
    value = key("d", 42)
    check("private_key", json.dumps({"kty": "EC", "d": value}), ("credential.private_key", value))
    wallet = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    check("private_key", f"import {wallet} now", ("credential.wallet_key", wallet))
    check("private_key", f"import {wallet[:-1]}K now")


LOGINS = [
    ("connection_string", "postgres://bob:{}@db.internal:5432/app", "s3cr3tPw!"),
    ("connection_string", "mongodb+srv://bob:{}@cluster0.mongodb.net", "p@ss:w0rd"),
    ("connection_string", "redis://:{}@cache:6379", "kJ8sd7fh"),
    ("basic_auth", "https://bob:{}@example.org/x", "hunter22!"),
    ("basic_auth", "Authorization: Basic {}", base64.b64encode(b"bob:letmein1").decode()),
    ("basic_auth", "curl -u bob:{} https://example.org", "Ab3dEf6h"),
    ("password", "mysql -u root --password {} -h x", "Sne3sd8AZjq"),
    ("password", "ALTER USER root IDENTIFIED BY '{}';", "SqLpa5sW0rD"),
    ("password", "CREATE USER x WITH PASSWORD '{}';", "SqLpa5sW0rD"),
    ("bearer", "Authorization: Bearer {}", key("t0", 40)),
]


@pytest.mark.parametrize(("kind", "text", "secret"), LOGINS)
def test_a_login_is_found_and_only_its_secret_marked(check, kind, text, secret):
    check("login", text.format(secret), (f"credential.{kind}", secret))


@pytest.mark.parametrize(
    "text",
    ["postgres://user:password@localhost/db", "https://example.org:8080/a@b", "https://bob@example.org",
     "mysql://root:${DB_PASSWORD}@host/db", "redis://:<password>@host", "basic knowledge of things",
     "bearer of bad news",
     "see http://a/b:c@d", "--password $PASS", "Authorization: Bearer YOUR_TOKEN_GOES_HERE_1"],
)  # fmt: skip
def test_what_holds_no_login_is_left_alone(check, text):
    check("login", text)


PASSWORDS = [
    ("password", "password: {}", "hunter22!"),
    ("password", "PASSWORD={}", "Ab3dEf6h"),
    ('password', 'db_password = "{}"', "corr3ct-horse"),
    ("password", "'passwd': '{}',", "x9$Kq!mm"),
    ("password", 'define("DB_PASSWORD", "{}");', "x9$Kq!mm"),
    ("password", "Pwd={};Server=db", "J8s7dh2k"),
    ("password", "my password is {}", "hunter22!"),
    ("password", "Das Passwort lautet {}", "Sommer2024!"),
    ("password", "contraseña: {}", "Gato1234!x"),
    ("password", "密码：{}", "Xk29dk!d"),
    ("password", 'val password: String = "{}"', "exord13Paw64"),
    ("generic", "api_key = '{}'", key("", 32)),
    ("generic", '"clientSecret": "{}"', key("s", 40)),
    ("generic", "SECRET_KEY: {}", key("z", 50)),
    ("generic", "token={}", key("q", 24)),
    ("generic", "aws_secret_access_key = {}", key("w", 40)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "secret"), PASSWORDS)
def test_a_named_secret_is_found_and_only_its_value_marked(check, kind, text, secret):
    check("password", text.format(secret), (f"credential.{kind}", secret))


@pytest.mark.parametrize(
    "text",
    ["password: ********", "password = os.environ['PASSWORD']", "password = getpass()", "password: str",
     "api_key = YOUR_API_KEY", "api_key: <your key>", 'password = "changeme"', "password: required",
     "token: 550e8400-e29b-41d4-a716-446655440000", "password: [credential 1]", "token = self.next_token()",
     "the password must be long", "a secret: nobody knows", "compass: N45W12", "key: value", "tokens: 1024",
     "password_hash = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'", "token = settings.api_token",
     "secret=${SECRET}",
     "password is incorrect", "max_tokens: 4096", "Secret: {{ vault_secret }}"],
)  # fmt: skip
def test_what_names_no_secret_is_left_alone(check, text):
    check("password", text)
