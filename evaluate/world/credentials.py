"""Keys in the documented shapes of many services, and passwords in the ways they are written down."""

import base64
import json
from collections.abc import Iterator
from random import Random

from evaluate.samples import Sample
from evaluate.world.filling import ALPHANUMERIC, DIGITS, HEX, UPPER, filled, seeded, some

_A, _L, _BASE64 = ALPHANUMERIC, ALPHANUMERIC.lower(), ALPHANUMERIC + "+/"
_LETTERS = UPPER + UPPER.lower()
_URL = ALPHANUMERIC + "-_"

SHAPES: tuple[tuple[str, tuple[str | tuple[str, int], ...]], ...] = (
    ("github", ("ghp_", (_A, 36))),
    ("github", ("gho_", (_A, 36))),
    ("github", ("github_pat_", (_A, 22), "_", (_A, 59))),
    ("gitlab", ("glpat-", (_URL, 20))),
    ("gitlab", ("glrt-", (_URL, 20))),
    ("slack", ("xoxb-", (DIGITS, 12), "-", (DIGITS, 12), "-", (_A, 24))),
    ("slack", ("xapp-1-A", (UPPER, 10), "-", (DIGITS, 12), "-", (HEX, 64))),
    ("slack", ("https://hooks.slack.com/services/T", (UPPER, 8), "/B", (UPPER, 8), "/", (_A, 24))),
    ("stripe", ("sk_live_", (_A, 24))),
    ("stripe", ("rk_live_", (_A, 24))),
    ("stripe", ("whsec_", (_A, 32))),
    ("aws", ("AKIA", (UPPER + "234567", 16))),
    ("google", ("AIza", (_URL, 35))),
    ("google", ("GOCSPX-", (_URL, 28))),
    ("google", ("ya29.", (_URL, 120))),
    ("openai", ("sk-proj-", (_URL, 74), "T3BlbkFJ", (_URL, 74))),
    ("openai", ("sk-", (_A, 20), "T3BlbkFJ", (_A, 20))),
    ("anthropic", ("sk-ant-api03-", (_URL, 93), "AA")),
    ("huggingface", ("hf_", (_LETTERS, 34))),
    ("groq", ("gsk_", (_A, 52))),
    ("replicate", ("r8_", (_A, 37))),
    ("xai", ("xai-", (_A, 80))),
    ("perplexity", ("pplx-", (_A, 48))),
    ("nvidia", ("nvapi-", (_URL, 64))),
    ("openrouter", ("sk-or-v1-", (HEX, 64))),
    ("npm", ("npm_", (_A, 36))),
    ("pypi", ("pypi-AgEIcHlwaS5vcmc", (_URL, 90))),
    ("rubygems", ("rubygems_", (HEX, 48))),
    ("docker", ("dckr_pat_", (_URL, 27))),
    ("digitalocean", ("dop_v1_", (HEX, 64))),
    ("shopify", ("shpat_", (HEX, 32))),
    ("sendgrid", ("SG.", (_URL, 22), ".", (_URL, 43))),
    ("brevo", ("xkeysib-", (HEX, 64), "-", (_A, 16))),
    ("square", ("sq0csp-", (_URL, 43))),
    ("grafana", ("glsa_", (_A, 32), "_", (HEX, 8))),
    ("grafana", ("glc_eyJ", (_A, 80))),
    ("databricks", ("dapi", (HEX, 32))),
    ("linear", ("lin_api_", (_A, 40))),
    ("notion", ("ntn_", (DIGITS, 11), (_A, 35))),
    ("figma", ("figd_", (_URL, 40))),
    ("postman", ("PMAK-", (HEX, 24), "-", (HEX, 34))),
    ("sentry", ("sntryu_", (HEX, 64))),
    ("vault", ("hvs.", (_URL, 92))),
    ("terraform", ((_A, 14), ".atlasv1.", (_URL, 64))),
    ("doppler", ("dp.pt.", (_A, 43))),
    ("pulumi", ("pul-", (HEX, 40))),
    ("tailscale", ("tskey-auth-", (_A, 11), "CNTRL-", (_A, 32))),
    ("age", ("AGE-SECRET-KEY-1", ("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58))),
    ("planetscale", ("pscale_tkn_", (_URL, 43))),
    ("supabase", ("sbp_", (HEX, 40))),
    ("flyio", ("FlyV1 fm2_", (_BASE64, 100))),
    ("newrelic", ("NRAK-", (UPPER + DIGITS, 27))),
    ("dynatrace", ("dt0c01.", (UPPER + "234567", 24), ".", (UPPER + "234567", 64))),
    ("telegram", ("7", (DIGITS, 9), ":AA", (_URL, 33))),
    ("discord", ("https://discord.com/api/webhooks/", (DIGITS, 18), "/", (_URL, 68))),
    ("twilio", ("SK", (HEX, 32))),
    ("atlassian", ("ATATT3xFfGF0", (_URL, 170), "=", (HEX.upper(), 8))),
    ("easypost", ("EZAK", (_A, 54))),
    ("airtable", ("pat", (_A, 14), ".", (HEX, 64))),
    ("artifactory", ("AKCp", (_A, 69))),
    ("prefect", ("pnu_", (_L, 36))),
    ("readme", ("rdme_", (_L, 70))),
    ("typeform", ("tfp_", (_URL, 59))),
    ("contentful", ("CFPAT-", (_URL, 43))),
    ("cloudinary", ("cloudinary://", (DIGITS, 15), ":", (_URL, 27), "@demo")),
    ("langfuse", ("sk-lf-", (HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-a", (HEX, 3), "-", (HEX, 12))),
    ("langsmith", ("lsv2_pt_", (HEX, 32), "_", (HEX, 10))),
    ("onepassword", ("ops_eyJ", (_BASE64, 260))),
)
"""Service, and the pieces of a key: words, and an alphabet with a length."""

_KEY_TEXTS = (
    "{key}",
    "token = '{key}'",
    "Use {key} for now",
    "export KEY={key}",
    '{"k": "{key}"}',
    "curl -H 'X: {key}'",
)

ASSIGNMENTS = (
    "password = '{key}'",
    'DB_PASSWORD="{key}"',
    "passwd: {key}",
    '"secret": "{key}"',
    "API_KEY={key}",
    "spring.datasource.password={key}",
    "define('DB_PASSWORD', '{key}');",
    "client_secret: '{key}'",
    "<password>{key}</password>",
    "ENV AUTH_TOKEN {key}",
    "mysql -u root -p{key} shop",
    "curl -u admin:{key} https://intra.example.com/",
    "pwd={key};",
    "https://deploy:{key}@git.example.com/app.git",
    "postgres://app:{key}@db.example.com:5432/app",
    "Passwort: {key}",
    "mongodb+srv://root:{key}@cluster0.example.net/x",
    "redis://:{key}@cache.example.com:6379/0",
    "mot de passe : {key}",
    "amqp://guest:{key}@mq.example.com/",
    "Server=tcp:sql.example.com;User ID=sa;Password={key};",
    "contraseña: {key}",
    "machine api.example.com login me password {key}",
    "Authorization: Bearer {key}",
    "X-Api-Key: {key}",
    "my password is {key}",
    "Cookie: sessionid={key}; theme=dark",
    "Set-Cookie: connect.sid=s%3A{key}; Path=/; HttpOnly",
    "access_token={key}&state=1",
    "auth_token: {key}",
    "--token {key}",
    "sshpass -p {key} ssh root@web1",
    "WIFI:S:home;T:WPA;P:{key};;",
)
"""Where a password or token stands without a shape of its own."""


def credentials() -> Iterator[Sample]:
    """Three keys of each service, passwords in each way to write them, tokens and private keys."""
    random = seeded("credentials")
    for service, pieces in SHAPES:
        for _ in range(3):
            key = "".join(p if isinstance(p, str) else some(random, *p) for p in pieces)
            yield _in(random.choice(_KEY_TEXTS), f"key {service}", key)
    for assignment in ASSIGNMENTS:
        for length in (12, 20, 32):
            yield _in(assignment, f"written {assignment.partition('{')[0]!r}", _password(random, length))
    for _ in range(5):
        yield _in("token: {key}", "JWT", _jwt(random))
        pair = base64.b64encode(f"admin:{_password(random, 12)}".encode()).decode()
        yield _in("Authorization: Basic {key}", "basic", pair)
        yield _in("aws_secret_access_key = {key}", "aws secret", some(random, _BASE64, 40))
        azure = some(random, _BASE64, 86) + "=="
        yield _in("AccountName=shop;AccountKey={key};EndpointSuffix=core.windows.net", "azure", azure)
        for name in (
            "RSA PRIVATE KEY",
            "EC PRIVATE KEY",
            "PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "PGP PRIVATE KEY BLOCK",
        ):
            yield _in("Here is my key:\n{key}\n", f"PEM {name}", _pem(random, name))


def _in(template: str, origin: str, key: str) -> Sample:
    before, _, after = template.partition("{key}")
    return filled("{before}{key}{after}", origin, before=before, key=("credential", key), after=after)


def _password(random: Random, length: int) -> str:
    """Letters of both cases and digits, in this order nowhere in a dictionary."""
    return some(random, UPPER, 1) + some(random, _A, length - 3) + some(random, DIGITS, 2)


def _jwt(random: Random) -> str:
    head = {"alg": "HS256", "typ": "JWT"}
    claims = {"sub": some(random, DIGITS, 10), "iat": random.randint(1_600_000_000, 1_700_000_000)}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, claims)]
    return ".".join((*parts, some(random, _URL, 43)))


def _pem(random: Random, name: str) -> str:
    lines = [some(random, _BASE64, 64) for _ in range(random.randint(3, 12))]
    return "\n".join(
        (f"-----BEGIN {name}-----", *lines, some(random, _BASE64, 30) + "==", f"-----END {name}-----")
    )
