"""All settings: one table with help texts, read from the environment here and nowhere else."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from commonwheel.errors import Misconfigured, StorageFailed

PREFIX = "COMMONWHEEL_"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("is a whole number, 0 or more")
    return int(text)


def _mode(text: str) -> str:
    if text not in ("local", "public"):
        raise ValueError("is 'local' or 'public'")
    return text


def _positive(text: str) -> int:
    number = _number(text)
    if not number:
        raise ValueError("is a whole number, 1 or more")
    return number


def _judge_kinds(text: str) -> str:
    kinds = text.split(",")
    if len(set(kinds)) < len(kinds) or not set(kinds) <= {"chat", "moderations"}:
        raise ValueError("is 'chat', 'moderations' or 'chat,moderations'")
    return text


def _sender(text: str) -> str:
    name, address = parseaddr(text)
    if text and not ("@" in address and address.isascii() and name.isprintable()):
        raise ValueError("is like Name <address@host>")
    return f"{name} {address}".strip()


def _branch(text: str) -> str:
    if not re.fullmatch(r"\w[\w./-]*", text) or ".." in text:
        raise ValueError("is the name of a branch")
    return text


def _below(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or text.startswith("-"):
        raise ValueError("is a folder in the repository; '.' is all of it")
    return str(path)


def _git_secret(text: str) -> str:
    if text and len(text) < 16:
        raise ValueError("has at least 16 characters")
    return text


def _labels(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair]
    if not all(name and equals and (not kind or kind.startswith("personal.")) for name, equals, kind in pairs):
        raise ValueError("is like LOC=personal.address,ORG= with kinds that begin with personal.")
    return {name.strip(): kind.strip() for name, _, kind in pairs}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name (an environment variable with the prefix), default and help."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any] = str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name


SETTINGS = (
    Setting("HOME", "commonwheel-data", "Folder for everything embedded: database, keys, lake.", Path),
    Setting("DATABASE_URL", "", "The database: SQLite in HOME by default, or postgresql://user@host/name."),
    Setting("LAKE_URL", "", "The lake: a folder in HOME by default, another folder, or s3://bucket/prefix."),
    Setting("HOST", "127.0.0.1", "Address that the server listens on."),
    Setting("PORT", "8000", "Port that the server listens on; 0 takes a free one.", _number),
    Setting("SECRET", "", "At least 32 random characters. Made in HOME on first start.", secret=True),
    Setting("IDENTITY_KEY", "", "Keys the hashes of who gives. Made in HOME on first start.", secret=True),
    Setting("PUBLIC_URL", "", "Where people reach this instance; by default where its server listens."),
    Setting("MODE", "local", "'local', or 'public', which refuses to start on unsafe values.", _mode),
    Setting("TRUSTED_PROXIES", "", "Addresses of proxies whose X-Forwarded-* headers count, with commas."),
    Setting("MAIL_URL", "", "Where mail goes: smtp://…, or a folder in HOME by default.", secret=True),
    Setting(
        "MAIL_FROM", "", "Who mail is from, as Name <address>; by default NAME at the host of PUBLIC_URL.", _sender
    ),
    Setting(
        "OIDC_ISSUER",
        "",
        "The address of an OpenID Connect provider that people may sign in with; by default none.",
    ),
    Setting("OIDC_CLIENT", "", "Our client id there. We are called back at PUBLIC_URL/sign-in/elsewhere/back."),
    Setting("OIDC_SECRET", "", "Our client secret there, where it gives one.", secret=True),
    Setting("OIDC_NAME", "", "What people call that provider; by default its host."),
    Setting("NAME", "commonwheel", "The name of this commons, as signed in manifests and receipts."),
    Setting("POLICY", "default", "The curation policy: 'default', 'review-everything', or a TOML file."),
    Setting("GOLD_POLICY", "default", "Which pairs are gold: 'default', or a TOML file."),
    Setting("GATE", "default", "When a model is better than the one before: 'default', or a TOML file."),
    Setting("RECIPE", "", "What is trained and how: 'edits', or a TOML file. By default nothing is."),
    Setting(
        "MODELS_URL", "", "Where models are kept: a folder in HOME by default, another, or s3://bucket/prefix."
    ),
    Setting("MODELS_FOLDER", "", "A folder in which 'current' is the adapter that serves; by default none."),
    Setting("MODELS_WEBHOOKS", "", "Addresses that are told, signed, which model serves; with commas."),
    Setting("WEBHOOK_KEY", "", "What webhooks are signed with; their receivers know it too.", secret=True),
    Setting("VLLM_URL", "", "A vLLM-compatible server that loads adapters as they are promoted; by default none."),
    Setting("VLLM_KEY", "", "The key for that server.", secret=True),
    Setting(
        "WAITING_ROOM", "10000", "How many contributions may wait for curation; past it doors answer 429.", _number
    ),
    Setting("COHORT", "10", "People at least whose signals are told together on /signals.", _number),
    Setting("PROMPTS", "default", "What people are asked to give: 'default', 'none', or a TOML file."),
    Setting(
        "SELECTORS",
        "default",
        "Where answers stand on pages of chats, for the browser extension: 'default', or a JSON file.",
    ),
    Setting("TRANSLATIONS", "", "A folder of gettext catalogs of the pages, as de/LC_MESSAGES/commonwheel.mo."),
    Setting("PROVIDERS", "", "A TOML file on providers of models: what is sent, what is kept, their terms."),
    Setting("CURATION_TIMEOUT", "10", "Seconds that curating one contribution may take.", _number),
    Setting(
        "CURATION_MEMORY",
        "0",
        "MiB of address space for the process that curates; 0 is 1024, or 8192 with a model of names.",
        _number,
    ),
    Setting(
        "NER_MODEL",
        "",
        "A Hugging Face model that finds names: its name on the hub, or a folder (extra `ner`). By default none.",
    ),
    Setting(
        "NER_LABELS",
        "",
        "Kinds of findings for more labels of the model, as LOC=personal.address; nothing after = leaves one out.",
        _labels,
    ),
    Setting(
        "CACHE",
        "",
        "Folder for what can be made anew, such as compiled patterns; by default the user's own cache folder.",
    ),
    Setting(
        "JUDGE_URL",
        "",
        "Base address of a judge with an OpenAI-compatible API, as https://host/v1; by default none.",
    ),
    Setting("JUDGE_KEY", "", "The key for the judge.", secret=True),
    Setting("JUDGE_MODEL", "", "The model that judges; with two kinds one for each, with a comma."),
    Setting(
        "JUDGE_KIND", "chat", "How the judge is asked: 'chat', 'moderations', or both with a comma.", _judge_kinds
    ),
    Setting("JUDGE_TIMEOUT", "20", "Seconds that the judge has for an answer.", _positive),
    Setting("JUDGE_BUDGET", "10000", "Calls of the judge on one day (UTC), of all workers together.", _number),
    Setting(
        "GIT_SECRET",
        "",
        "What the webhook of a git server signs with, 16 characters or more; without it there is none.",
        _git_secret,
        secret=True,
    ),
    Setting(
        "GIT_CLONE", "", "A clone, bare or not, of the repository that people contribute to; 'origin' is fetched."
    ),
    Setting("GIT_BRANCH", "main", "The branch on which merged contributions are.", _branch),
    Setting("GIT_FOLDER", "contributions", "The folder there that they are in; '.' is all of it.", _below),
    Setting("GIT_AS", "", "The account that gives what is merged, as 'commonwheel import --as'."),
    Setting("RELEASE_EVERY", "86400", "Seconds between scheduled releases; 0 cuts none.", _number),
    Setting("LOG", "info", "Least severe event that is logged: debug, info, warning, error."),
)
"""Every setting there is."""


_HIDDEN = "(hidden)"


def shown_value(setting: Setting, value: Any, origin: str) -> str:
    """A value for people to see: of a secret that it is there, and of an address all but its password."""
    if setting.secret:
        return _HIDDEN if value or origin == "file in HOME" else ""
    return _without_password(str(value)) if setting.name == "DATABASE_URL" else str(value)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if "@" not in parts.netloc and "=" not in parts.query:
        return url
    user = parts.netloc.rpartition("@")[0].partition(":")[0]
    place = parts.netloc.rpartition("@")[2]
    hidden = f"{user}:{_HIDDEN}@{place}" if ":" in parts.netloc.rpartition("@")[0] else parts.netloc
    # A connection's options can carry a password too.
    return f"{parts.scheme}://{hidden}{parts.path}" + ("?…" if parts.query else "")


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force, with where each came from."""

    values: Mapping[str, Any]
    origins: Mapping[str, str] = field(default_factory=dict)
    aws: Mapping[str, str] = field(default_factory=dict)
    """The AWS_ variables, for a lake on S3."""

    def __getitem__(self, name: str) -> Any:
        """The value of a setting, by its name without the prefix."""
        return self.values[name]

    @property
    def home(self) -> Path:
        """The folder for everything embedded."""
        path: Path = self.values["HOME"]
        return path

    @property
    def cache(self) -> Path | None:
        """The folder for what can be made anew, where one is named."""
        return Path(self.values["CACHE"]) if self.values["CACHE"] else None

    @property
    def curation_memory(self) -> int:
        """Bytes of address space for the process that curates; a model needs more than patterns do."""
        mebibytes: int = self.values["CURATION_MEMORY"] or (8192 if self.values["NER_MODEL"] else 1024)
        return mebibytes << 20

    @property
    def public_url(self) -> str:
        """Where people reach this instance, without a slash at its end."""
        host, port = self.values["HOST"], self.values["PORT"]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        return (self.values["PUBLIC_URL"] or address).rstrip("/")

    @property
    def mail_from(self) -> str:
        """Who mail is from: a name, a space, and an address."""
        host = urlsplit(self.public_url).hostname or "localhost"
        sender: str = self.values["MAIL_FROM"] or f"{self.values['NAME']} commonwheel@{host}"
        return sender


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read all settings. Unknown COMMONWHEEL_ variables are refused: they are typing errors."""
    found = dict(os.environ if environment is None else environment)
    known = {setting.variable for setting in SETTINGS}
    unknown = sorted(name for name in found if name.startswith(PREFIX) and name not in known | _TEST_VARIABLES)
    if unknown:
        raise Misconfigured(f"There is no setting {unknown[0]}. 'commonwheel settings' lists all there are.")
    values, origins = {}, {}
    for setting in SETTINGS:
        text = found.get(setting.variable, "")
        origins[setting.name] = "environment" if text else "default"
        try:
            values[setting.name] = setting.read(text or setting.default)
        except ValueError as problem:
            shown = "" if setting.secret else f"={text!r}"
            raise Misconfigured(f"{setting.variable}{shown}: {problem}") from None
    aws = {name: value for name, value in found.items() if name.startswith("AWS_")}
    return Settings(values, origins, aws)


def environment_without_ours() -> dict[str, str]:
    """The environment for a program of somebody else's: none of our settings, nor secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def bare_environment(home: Path, **values: str) -> dict[str, str]:
    """The environment for a process of ours that shall know these settings and no others."""
    return environment_without_ours() | {
        PREFIX + name: value for name, value in ({"HOME": str(home)} | values).items()
    }


_TEST_VARIABLES = frozenset({PREFIX + "REQUIRE_SERVICES", PREFIX + "TORTURE_ROUNDS"})


def make_home(home: Path) -> None:
    """Make the folder for everything embedded; StorageFailed where that cannot be."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise StorageFailed(
            f"The folder {home} cannot be made: {problem.strerror}. COMMONWHEEL_HOME names another."
        ) from None


def with_secrets(settings: Settings) -> Settings:
    """The settings with SECRET and IDENTITY_KEY, made in HOME (mode 600) where they are not given."""
    values, origins = dict(settings.values), dict(settings.origins)
    for name in ("SECRET", "IDENTITY_KEY"):
        if not values[name]:
            path = settings.home / name.lower()
            try:
                values[name] = _kept_secret(path)
            except OSError as problem:
                raise StorageFailed(f"{path} cannot be read or made: {problem.strerror}.") from None
            origins[name] = "file in HOME"
    return Settings(values, origins, settings.aws)


def _kept_secret(path: Path) -> str:
    make_home(path.parent)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text().strip()
        if not kept:
            raise Misconfigured(
                f"{path} is empty: restore it from a backup, content cannot be read without it."
            ) from None
        return kept
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path.read_text().strip()


ADDRESS = "address"
"""The file in HOME that says where the instance is reached."""


def keep_address(settings: Settings) -> None:
    """Write down where a server is reached: it may listen elsewhere than the settings of other processes say."""
    kept = settings.home / ADDRESS
    partial = kept.with_suffix(".new")
    try:
        partial.write_text(settings.public_url)
        partial.replace(kept)
    except OSError as problem:
        raise StorageFailed(f"{kept} cannot be written: {problem.strerror}.") from None


def with_address(settings: Settings) -> Settings:
    """The settings with PUBLIC_URL as the latest server wrote it down, where it is not given."""
    kept = settings.home / ADDRESS
    if settings["PUBLIC_URL"] or not kept.is_file():
        return settings
    address, origin = {"PUBLIC_URL": kept.read_text()}, {"PUBLIC_URL": "file in HOME"}
    return Settings({**settings.values, **address}, {**settings.origins, **origin}, settings.aws)


def check_public(settings: Settings) -> None:
    """Refuse values that are fine on one's own machine and unsafe in public."""
    if settings["MODE"] != "public":
        if not _is_loopback(settings["HOST"]):
            raise Misconfigured(
                f"Others can reach COMMONWHEEL_HOST={settings['HOST']}: that needs COMMONWHEEL_MODE=public."
            )
        return
    faults = []
    if not settings["PUBLIC_URL"].startswith("https://"):
        faults.append("COMMONWHEEL_PUBLIC_URL must be the https:// address that people use")
    for name in ("SECRET", "IDENTITY_KEY"):
        if settings.origins[name] != "environment":
            faults.append(f"COMMONWHEEL_{name} must be given, so that it is kept apart from the data")
        elif len(settings[name]) < 32:
            faults.append(f"COMMONWHEEL_{name} must have at least 32 characters")
    if faults:
        raise Misconfigured("Not safe in public: " + "; ".join(faults) + ".")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
