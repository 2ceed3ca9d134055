"""The one place that turns settings into adapters."""

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commonwheel.adapters.curator_process import ProcessCurator
from commonwheel.adapters.delta import DeltaLake
from commonwheel.adapters.export_process import ExportProcess
from commonwheel.adapters.keys import SqlKeys
from commonwheel.adapters.mail import open_mail
from commonwheel.adapters.model_files import StoredModels
from commonwheel.adapters.postgres import PostgresDatabase, postgres_engine
from commonwheel.adapters.recipe_process import RecipeProcesses
from commonwheel.adapters.sql.migrate import create, schema_state
from commonwheel.adapters.sqlite import SqliteDatabase, sqlite_engine, truncate_log
from commonwheel.adapters.system import SystemClock, is_alive, this_process
from commonwheel.collect.selectors import load_selectors
from commonwheel.curate.policy_files import load_policy
from commonwheel.curate.unchecked import WITHOUT_A_MODEL
from commonwheel.errors import CommonwheelError, Misconfigured
from commonwheel.journeys.circuit import Circuit
from commonwheel.journeys.world import Doorkeeper, Judging, Limits, Merging, World
from commonwheel.people.identity import Identity
from commonwheel.people.prompts import load_prompts
from commonwheel.people.providers import load_providers
from commonwheel.ports import Herald, Referee
from commonwheel.ports.signing_in import IdentityProvider
from commonwheel.settings import Settings, environment_without_ours, make_home, with_address, with_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A running instance: its settings (with secrets) and the world that journeys are handed."""

    settings: Settings
    world: World
    database: SqliteDatabase | PostgresDatabase
    keys: SqlKeys
    lake: DeltaLake
    session_key: bytes

    def close(self) -> None:
        """Stop what runs and close what is open."""
        self.world.curator.close()
        self.database.close()
        self.keys.engine.dispose()


def build(settings: Settings) -> App:
    """Connect everything. A new embedded database is made; an older one has to be migrated first."""
    make_home(settings.home)
    settings = with_address(with_secrets(settings))
    judging, provider, clock = open_judges(settings), open_provider(settings), SystemClock()
    merging = open_repository(settings)
    mail = open_mail(settings["MAIL_URL"], settings.home, settings.mail_from, clock)
    database = open_database(settings)
    try:
        _check_schema(database)
    except CommonwheelError:
        database.close()
        raise
    keys = open_keys(settings, database)
    lake = DeltaLake(settings["LAKE_URL"] or str(settings.home / "lake"), settings.aws)
    secret = settings["SECRET"]
    world = World(
        database=database,
        keys=keys,
        lake=lake,
        curator=open_curator(settings),
        not_checked=() if settings["NER_MODEL"] else WITHOUT_A_MODEL,
        judging=judging,
        clock=clock,
        identity=Identity(settings["IDENTITY_KEY"].encode()),
        signing=Ed25519PrivateKey.from_private_bytes(derive(secret, "signing")),
        preview_key=derive(secret, "preview"),
        link_key=derive(secret, "links"),
        provider=provider,
        export_reader=ExportProcess(),
        drawer_key=derive(secret, "drawers"),
        mail=mail,
        prompts=load_prompts(settings["PROMPTS"]),
        selectors=load_selectors(settings["SELECTORS"]),
        providers=load_providers(settings["PROVIDERS"]),
        policy=load_policy(settings["POLICY"]),
        gold_policy=settings["GOLD_POLICY"],
        gate=settings["GATE"],
        recipe=settings["RECIPE"],
        trainer=RecipeProcesses(),
        model_files=open_models(settings),
        referee=open_referee(settings),
        herald=open_herald(settings),
        merging=merging,
        doorkeeper=Doorkeeper(),
        limits=Limits(waiting_room=settings["WAITING_ROOM"], cohort=settings["COHORT"]),
        name=settings["NAME"],
        public_url=settings.public_url,
        holder=this_process(),
        is_alive=is_alive,
    )
    return App(
        settings=settings,
        world=world,
        database=database,
        keys=keys,
        lake=lake,
        session_key=derive(secret, "sessions"),
    )


def is_made(settings: Settings) -> bool:
    """Whether there is an instance to open: its database, or its keys where the database is elsewhere."""
    file = _database_file(settings)
    return file.exists() if file else bool(settings["SECRET"]) or (settings.home / "secret").exists()


def _database_file(settings: Settings) -> Path | None:
    url = settings["DATABASE_URL"] or f"sqlite:///{settings.home / 'commonwheel.db'}"
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def open_database(settings: Settings) -> SqliteDatabase | PostgresDatabase:
    """The database that DATABASE_URL names."""
    url, file = settings["DATABASE_URL"], _database_file(settings)
    if file is not None:
        return SqliteDatabase(file)
    if url.startswith("postgresql://"):
        return PostgresDatabase(url)
    raise Misconfigured("COMMONWHEEL_DATABASE_URL starts with postgresql:// or sqlite:///.")


def open_keys(settings: Settings, database: SqliteDatabase | PostgresDatabase) -> SqlKeys:
    """The key store: a file of its own beside an embedded database, a schema of its own in PostgreSQL."""
    master = derive(settings["SECRET"], "content keys")
    if isinstance(database, PostgresDatabase):
        keys = SqlKeys(postgres_engine(settings["DATABASE_URL"], schema=KEY_SCHEMA), master, lambda: True)
    else:
        file = settings.home / "keys.db"
        if not file.exists():
            file.touch(mode=0o600)
        engine = sqlite_engine(file)
        keys = SqlKeys(engine, master, lambda: truncate_log(engine))
    keys.create()
    return keys


def open_curator(settings: Settings) -> ProcessCurator:
    """The process that runs the detectors, with a model of names where NER_MODEL names one."""
    return ProcessCurator(
        timeout=float(settings["CURATION_TIMEOUT"]),
        memory_limit=settings.curation_memory,
        cache=settings.cache,
        model=settings["NER_MODEL"],
        labels=settings["NER_LABELS"],
    )


def open_judges(settings: Settings) -> Judging:
    """Those that JUDGE_URL and JUDGE_KIND name, each with its model; loaded only where there are any."""
    if not settings["JUDGE_URL"]:
        return Judging()
    from commonwheel.adapters.judge import JUDGES, Endpoint

    kinds, models = settings["JUDGE_KIND"].split(","), settings["JUDGE_MODEL"].split(",")
    url, key, timeout = settings["JUDGE_URL"], settings["JUDGE_KEY"], float(settings["JUDGE_TIMEOUT"])
    judges = []
    for kind, model in zip_longest(kinds, models[: len(kinds)], fillvalue=""):
        endpoint = Endpoint(url=url, model=model.strip(), key=key, timeout=timeout)
        judges.append((JUDGES[kind](endpoint), Circuit()))
    return Judging(judges=tuple(judges), budget=settings["JUDGE_BUDGET"])


def open_referee(settings: Settings) -> Referee | None:
    """The first judge that JUDGE_KIND asks by chat, if there is one."""
    kinds, models = settings["JUDGE_KIND"].split(","), settings["JUDGE_MODEL"].split(",")
    if not settings["JUDGE_URL"] or "chat" not in kinds:
        return None
    from commonwheel.adapters.judge import ChatReferee, Endpoint

    model = [*models, ""][min(kinds.index("chat"), len(models))].strip()
    url, key = settings["JUDGE_URL"], settings["JUDGE_KEY"]
    return ChatReferee(Endpoint(url=url, model=model, key=key, timeout=float(settings["JUDGE_TIMEOUT"])))


def open_herald(settings: Settings) -> Herald | None:
    """All who are told which model serves."""
    from commonwheel.adapters.heralds import FolderHerald, Heralds, VllmHerald, WebhookHerald

    heralds: list[Herald] = []
    if settings["MODELS_FOLDER"]:
        heralds.append(FolderHerald(Path(settings["MODELS_FOLDER"])))
    if settings["MODELS_WEBHOOKS"]:
        if not settings["WEBHOOK_KEY"]:
            raise Misconfigured("COMMONWHEEL_MODELS_WEBHOOKS needs COMMONWHEEL_WEBHOOK_KEY to sign with.")
        addresses = [each.strip() for each in settings["MODELS_WEBHOOKS"].split(",")]
        heralds.append(WebhookHerald(addresses, settings["WEBHOOK_KEY"].encode(), settings.public_url))
    if settings["VLLM_URL"]:
        heralds.append(VllmHerald(settings["VLLM_URL"], settings["VLLM_KEY"], settings["NAME"]))
    return Heralds(heralds) if heralds else None


def open_repository(settings: Settings) -> Merging | None:
    """The repository that people contribute to; loaded only where there is one."""
    if not settings["GIT_SECRET"]:
        return None
    for name in ("GIT_CLONE", "GIT_AS"):
        if not settings[name]:
            raise Misconfigured(f"COMMONWHEEL_GIT_SECRET needs COMMONWHEEL_{name}.")
    from commonwheel.adapters.git import GitClone

    branch = settings["GIT_BRANCH"]
    clone = GitClone(Path(settings["GIT_CLONE"]), branch, settings["GIT_FOLDER"], environment_without_ours())
    return Merging(repository=clone, branch=branch, giver=settings["GIT_AS"])


def open_provider(settings: Settings) -> IdentityProvider | None:
    """Where else people may sign in; loaded only where there is one."""
    if not settings["OIDC_ISSUER"]:
        return None
    from commonwheel.adapters.oidc import OidcProvider

    back = f"{settings.public_url}/sign-in/elsewhere/back"
    client, secret, name = (settings[f"OIDC_{each}"] for each in ("CLIENT", "SECRET", "NAME"))
    return OidcProvider(settings["OIDC_ISSUER"], client, secret, name, back)


def open_models(settings: Settings) -> StoredModels:
    """Where adapters are kept, and the checkpoints of runs, which stay on this machine."""
    place = settings["MODELS_URL"] or str(settings.home / "models")
    return StoredModels(place, settings.aws, settings.home / "runs")


KEY_SCHEMA = "commonwheel_keys"

PLACES = {
    "commonwheel.db": "database",
    "commonwheel.db-wal": "database",
    "commonwheel.db-shm": "database",
    "commonwheel.db-turn": "",
    "keys.db": "keys",
    "keys.db-wal": "keys",
    "keys.db-shm": "keys",
    "keys.db-turn": "",
    "lake": "lake",
    "models": "",
    "runs": "",
    "mail": "",
    "secret": "",
    "identity_key": "",
    "address": "",
    "address.new": "",
    "serve.lock": "",
}
"""Everything that may be in HOME, and the copy (`journeys.copies`) it belongs to; empty: it holds no content."""


def _check_schema(database: SqliteDatabase | PostgresDatabase) -> None:
    state = schema_state(database.engine)
    if state == "empty" and isinstance(database, SqliteDatabase):
        create(database.engine)
    elif state != "current":
        raise Misconfigured(
            {
                "empty": "The database has no tables yet: run 'commonwheel migrate' first.",
                "older": "The database is of an older version: make a backup and run 'commonwheel migrate'.",
                "newer": "The database is of a newer version than this program: upgrade the program.",
            }[state]
        )


def derive(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=b"commonwheel:" + purpose.encode()).derive(secret.encode())
