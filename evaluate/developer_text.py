"""Ordinary text of developers: full of hashes, ids and settings, and without a single credential."""

import base64
import json
from collections.abc import Callable, Iterator
from random import Random

from evaluate.world.filling import ALPHANUMERIC, HEX, seeded, some

DOCUMENTS = 40
"""How many of each kind are made."""

_WORDS = (
    "user order cart item price total index cache queue worker node edge token key value store render layout parse"
    " buffer stream frame event state action reducer effect router handler client server session cookie header"
    " secret password auth login license widget theme color border margin padding shadow scroll resize"
).split()
_PACKAGES = (
    "left-pad react lodash webpack babel-core eslint chalk commander debug semver numpy requests flask django"
    " pydantic attrs click jinja2 serde tokio rand clap hyper tower axum keytar passport jsonwebtoken keyring"
).split()
_PATHS = (
    "src/main.py",
    "lib/auth/token.js",
    "pkg/secret/store.go",
    "tests/test_password.py",
    "app/keys.rb",
)


def _name(random: Random) -> str:
    return random.choice(_WORDS) + random.choice(("", "_id", "Count", "List", "_key", "Token", "Name", "Password"))


def _version(random: Random) -> str:
    return ".".join(str(random.randint(0, 30)) for _ in range(3))


def git_log(random: Random) -> Iterator[str]:
    """Commits with their hashes, and abbreviated ones."""
    for _ in range(4):
        yield f"commit {some(random, HEX, 40)}"
        yield f"index {some(random, HEX, 7)}..{some(random, HEX, 7)} 100644"
        yield f"    {random.choice(_WORDS)}: rename {_name(random)} (cherry picked from {some(random, HEX, 12)})"


def uuids(random: Random) -> Iterator[str]:
    """Identifiers as APIs and databases print them."""
    for _ in range(6):
        parts = (some(random, HEX, n) for n in (8, 4, 4, 4, 12))
        id = "-".join(parts)
        yield random.choice(
            (f"request_id={id}", f'  "id": "{id}",', f"GET /v1/items/{id} 200", f"trace {id} done")
        )


def npm_lock(random: Random) -> Iterator[str]:
    """Entries of a package lock with integrity digests."""
    for _ in range(3):
        package, version = random.choice(_PACKAGES), _version(random)
        digest = base64.b64encode(random.randbytes(64)).decode()
        yield f'    "node_modules/{package}": {{'
        yield f'      "version": "{version}",'
        yield f'      "resolved": "https://registry.example.com/{package}/-/{package}-{version}.tgz",'
        yield f'      "integrity": "sha512-{digest}",'
        yield "    },"


def pip_lock(random: Random) -> Iterator[str]:
    """Pinned requirements with hashes."""
    for _ in range(3):
        yield f"{random.choice(_PACKAGES)}=={_version(random)} \\"
        yield f"    --hash=sha256:{some(random, HEX, 64)} \\"
        yield f"    --hash=sha256:{some(random, HEX, 64)}"


def cargo_lock(random: Random) -> Iterator[str]:
    """Checksums in a lock in TOML, and in go.sum."""
    for _ in range(3):
        yield "[[package]]"
        yield f'name = "{random.choice(_PACKAGES)}"'
        yield f'version = "{_version(random)}"'
        yield f'checksum = "{some(random, HEX, 64)}"'
        digest = base64.b64encode(random.randbytes(32)).decode()
        yield f"example.com/{random.choice(_PACKAGES)} v{_version(random)} h1:{digest}"


def minified(random: Random) -> Iterator[str]:
    """Lines of minified JavaScript."""
    for _ in range(3):
        parts = []
        for _ in range(20):
            a, b, c = (some(random, ALPHANUMERIC[:52], random.randint(1, 2)) for _ in range(3))
            parts.append(
                random.choice(
                    (
                        f"function {a}({b},{c}){{return {b}.{random.choice(_WORDS)}({c})||null}}",
                        f"var {a}={b}.{_name(random)},{c}=!0;",
                        f"{a}.exports={{{_name(random)}:{b},token:{c}}};",
                        f'if({a}&&{b}.password!=={c})throw new Error("{random.choice(_WORDS)}");',
                        f"e.{a}={random.randint(10, 99999)},",
                        f"const{{{_name(random)}:{a}}}={b}({random.randint(1, 999)});",
                    )
                )
            )
        yield "".join(parts)


def docker(random: Random) -> Iterator[str]:
    """Images by digest, layers and build output."""
    for _ in range(4):
        yield f"FROM cr.example.com/{random.choice(_PACKAGES)}:{_version(random)}@sha256:{some(random, HEX, 64)}"
        yield f" => => extracting sha256:{some(random, HEX, 64)} 0.{random.randint(1, 9)}s"
        yield f"{some(random, HEX, 12)}   {random.choice(_PACKAGES)}   \"/bin/sh -c '#(nop)'\"   2 weeks ago"


def images(random: Random) -> Iterator[str]:
    """Images and fonts in base64 inside of pages."""
    picture = base64.b64encode(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + random.randbytes(random.randint(120, 300))
    ).decode()
    yield f'<img src="data:image/png;base64,{picture}" alt="{random.choice(_WORDS)}">'
    font = base64.b64encode(b"wOF2\0\1\0\0" + random.randbytes(200)).decode()
    yield f"@font-face{{font-family:icons;src:url(data:font/woff2;base64,{font}) format('woff2')}}"
    yield f'<script src="/app.js" integrity="sha384-{base64.b64encode(random.randbytes(48)).decode()}"></script>'


def css(random: Random) -> Iterator[str]:
    """Style sheets with colors and hashed class names."""
    for _ in range(6):
        name = f".{random.choice(_WORDS)}_{some(random, ALPHANUMERIC, 5)}__{some(random, ALPHANUMERIC, 6)}"
        yield f"{name} {{ color: #{some(random, HEX, 6)}; }}"
        yield f"  box-shadow: 0 2px {random.randint(1, 30)}px rgba(0, 0, 0, .{random.randint(1, 9)});"


def stack_trace(random: Random) -> Iterator[str]:
    """Traces with addresses and paths."""
    yield "Traceback (most recent call last):"
    for _ in range(4):
        path = random.choice(_PATHS)
        yield f'  File "/app/{path}", line {random.randint(1, 900)}, in {_name(random)}'
        yield f"    {_name(random)} = {_name(random)}({_name(random)})"
    yield f"KeyError: '{_name(random)}'"
    place = f"com.example.{random.choice(_WORDS)}.{_name(random)}(Store.java:{random.randint(1, 900)})"
    yield f"    at {place} [0x{some(random, HEX, 16)}]"


def logs(random: Random) -> Iterator[str]:
    """Lines of logs with identifiers, digests and durations."""
    for _ in range(5):
        day, milliseconds = random.randint(10, 28), random.randint(100, 999)
        stamp = f"2024-0{random.randint(1, 9)}-{day}T12:00:11.{milliseconds}Z"
        yield random.choice(
            (
                f'{stamp} INFO {_name(random)} etag="{some(random, HEX, 32)}" took={random.randint(1, 900)}ms',
                f"{stamp} WARN invalid password for session {some(random, HEX, 16)}",
                f"{stamp} token expired, renewing",
                f"{stamp} DEBUG cache key=v1:{some(random, HEX, 40)} hit=true",
                f"{stamp} span_id={some(random, HEX, 16)} trace_id={some(random, HEX, 32)}",
                f"{stamp} uploaded {some(random, HEX, 32)}.parquet md5={some(random, HEX, 32)}",
            )
        )


def terraform(random: Random) -> Iterator[str]:
    """Infrastructure whose secrets are references."""
    yield f'resource "aws_instance" "{_name(random)}" {{'
    yield f'  ami           = "ami-{some(random, HEX, 17)}"'
    yield f'  subnet_id     = "subnet-{some(random, HEX, 17)}"'
    yield f"  password      = var.{_name(random)}"
    yield f"  secret        = data.aws_secretsmanager_secret_version.{random.choice(_WORDS)}.secret_string"
    yield '  token         = "${module.auth.token}"'
    yield f'  role_arn      = "arn:aws:iam::{random.randint(10**11, 10**12 - 1)}:role/{_name(random)}"'
    yield "}"


def yaml(random: Random) -> Iterator[str]:
    """Settings whose secrets come from elsewhere."""
    yield from (
        "env:",
        "  DB_PASSWORD: ${DB_PASSWORD}",
        "  API_KEY: ${{ secrets.API_KEY }}",
        f"  TOKEN: {{{{ {_name(random)} }}}}",
        "  password: !vault secret/data/app",
        f'  cacheKey: {random.choice(_WORDS)}-{{{{ checksum "go.sum" }}}}',
        "  secretName: app-tls",
        f"  secretKeyRef: {{name: {random.choice(_WORDS)}, key: password}}",
        "  passwordFile: /run/secrets/db",
        f"  image: ghcr.example/{random.choice(_PACKAGES)}:{_version(random)}",
        "  token: <your-token>",
    )


def sql(random: Random) -> Iterator[str]:
    """Tables and queries that speak of passwords without holding one."""
    yield f"CREATE TABLE {_name(random)} (id uuid PRIMARY KEY, password_hash text NOT NULL, api_key_id bigint);"
    yield f"SELECT id, token FROM {_name(random)} WHERE token = $1 AND password IS NOT NULL;"
    yield f"ALTER TABLE {_name(random)} ADD COLUMN secret_version int DEFAULT {random.randint(1, 9)};"
    yield "UPDATE users SET password = crypt($2, gen_salt('bf')) WHERE id = $1;"
    yield f"INSERT INTO {_name(random)} VALUES ({random.randint(1, 10**6)}, '{random.choice(_WORDS)}', NOW());"


def examples(random: Random) -> Iterator[str]:
    """Example settings with placeholders, as in a README."""
    yield from (
        "API_KEY=your-api-key-here",
        "password: changeme",
        "SECRET_KEY=<generate with openssl rand -hex 32>",
        "token: xxxxxxxxxxxxxxxx",
        "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY=****************",
        "DATABASE_URL=postgres://user:password@localhost/db",
        f"export {random.choice(_WORDS).upper()}_TOKEN=$(cat token.txt)",
        "password = os.environ['DB_PASSWORD']",
        "api_key = getpass('API key: ')",
        "sk-...",
        "Authorization: Bearer <token>",
        "STRIPE_KEY=sk_test_your_key",
        "client_secret=YOUR_CLIENT_SECRET",
        "pwd = input()",
    )


def source(random: Random) -> Iterator[str]:
    """Code that handles passwords, keys and tokens."""
    name = _name(random)
    yield from (
        f"def check_{random.choice(_WORDS)}(password: str, token: Token | None = None) -> bool:",
        f"    {name} = self.{name}",
        "    return bcrypt.checkpw(password.encode(), user.password_hash)",
        "const token = await getToken(user.id);",
        f"  const key = `${{prefix}}:{random.choice(_WORDS)}:${{id}}`;",
        "if (!password) throw new Error('password required');",
        "private final String secretKey;",
        'let api_key = env::var("API_KEY")?;',
        "key := sha256.Sum256([]byte(name))",
        f'<input type="password" name="password" id="{name}" autocomplete="off">',
        "tokenizer = Tokenizer.from_file(path)",
        f'assert response.headers["X-Token"] == {name}',
        "for key, value in items.items():",
        "token_count += len(tokens)",
        f"primaryKey: '{random.choice(_WORDS)}_id',",
        f"onKeyPress={{this.handle{name.title().replace('_', '')}}}",
    )


def notebook(random: Random) -> Iterator[str]:
    """Cells, metrics and identifiers of experiments."""
    lower = ALPHANUMERIC[26:]
    cell = {"cell_type": "code", "id": some(random, HEX, 8), "metadata": {"id": some(random, ALPHANUMERIC, 12)}}
    yield json.dumps(cell)
    yield f"run-{some(random, HEX, 8)} loss={random.random():.6f} lr={random.random() / 1e3:.2e}"
    yield f"sha256sum model.safetensors\n{some(random, HEX, 64)}  model.safetensors"
    yield f"Run {some(random, lower, 8)} at https://runs.example/{random.choice(_WORDS)}/{some(random, lower, 8)}"
    folders = f"{some(random, HEX, 2)}/{some(random, HEX, 2)}/{some(random, HEX, 60)}"
    yield f"https://files.example.com/{folders}/pkg.whl"


KINDS: tuple[Callable[[Random], Iterator[str]], ...] = (
    git_log,
    uuids,
    npm_lock,
    pip_lock,
    cargo_lock,
    minified,
    docker,
    images,
    css,
    stack_trace,
    logs,
    terraform,
    yaml,
    sql,
    examples,
    source,
    notebook,
)
"""Kinds of documents. This list is all there is."""


def developer_texts() -> Iterator[tuple[str, str]]:
    """Documents as pairs of their kind and their text, always the same."""
    for kind in KINDS:
        random = seeded(f"developer {kind.__name__}")
        for _ in range(DOCUMENTS):
            yield kind.__name__, "\n".join(kind(random))
