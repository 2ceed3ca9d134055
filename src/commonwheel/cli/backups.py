"""`commonwheel backup` and `commonwheel restore`.

    DIR/<time>/manifest.json          what it is, with a checksum of every file
    DIR/<time>/database.db, lake/     the contents, encrypted but for what was published
    DIR/<time>/models/                adapters, which hold no words
    DIR/keys/                         the key store as it is now, never as it was, and the secrets

Contents of any age are opened by the keys of today alone: what was erased since a backup was made
cannot be read in it any more, and its published copy leaves older backups with the next one.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commonwheel import __version__
from commonwheel.adapters.logs import write_events
from commonwheel.cli.running import opened
from commonwheel.cli.serving import only_server
from commonwheel.cli.speaking import Progress, count, json_option, size, tell
from commonwheel.errors import Conflict, Invalid, NotFound, StorageFailed
from commonwheel.settings import Settings, load_settings, with_secrets

if TYPE_CHECKING:
    from commonwheel.app import App

FORMAT = 1
_MANIFEST = "manifest.json"
_POLL = 0.2
_SECRETS = ("SECRET", "IDENTITY_KEY")


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@json_option
def backup_command(folder: Path, as_json: bool) -> None:
    """Copy database, lake, models and keys to DIR, while others work.

    DIR/keys opens every backup in DIR: keep it as safe as the instance itself.
    """
    with opened() as app:
        try:
            made = _make(app, folder, Progress())
            _write_keys(app, folder / "keys")
            _forget_erased(app, folder, but=made)
        except OSError as problem:
            raise StorageFailed(f"{folder} cannot be written: {problem.strerror}.") from None
        missing = [name for name in _SECRETS if app.settings.origins[name] == "environment"]
    total = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    lines = [f"Backup {made.name} is in {made}: {size(total)}."]
    if missing:
        names = " and ".join(f"COMMONWHEEL_{name}" for name in missing)
        lines.append(f"It does not hold {names}, which you set yourself: keep them, nothing opens without them.")
    lines.append(f"{folder / 'keys'} opens it. Keep that safe.")
    tell({"backup": made.name, "folder": str(made), "bytes": total, "without": missing}, as_json, *lines)


def _make(app: "App", folder: Path, progress: Progress) -> Path:
    """Database and lake as of one moment: no release is cut and nothing leaves the lake meanwhile."""
    from commonwheel.adapters.copies import copy_out
    from commonwheel.journeys.leases import lake_lease

    folder.mkdir(parents=True, exist_ok=True)
    now = app.world.clock.now()
    while (final := folder / f"{now:%Y%m%dT%H%M%SZ}").exists():
        time.sleep(_POLL)  # there is one of this second already
        now = app.world.clock.now()
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as work:
        partial = Path(work) / final.name
        partial.mkdir()
        with lake_lease(app.world, "making a backup"):
            progress.step("Copying the database …")
            copy_out(app.database, app.keys, to=partial / "database.db")
            progress.step("Copying the lake …")
            appended = app.lake.copy_to(partial / "lake")
            _copy_models(app, partial / "models")
            with app.world.database.read() as tx:
                erased = len(tx.releases.erased())
        facts = {"created": now.isoformat(), "name": app.world.name, "lake": appended, "erased": erased}
        _write_manifest(partial, facts)
        _sync_tree(partial)
        partial.rename(final)
    _sync_folder(folder)
    return final


def _copy_models(app: "App", folder: Path) -> None:
    """The adapters of all models that are kept, wherever they are."""
    from commonwheel.journeys.run_training import files_of

    with app.world.database.read() as tx:
        kept = [model.number for model in tx.models.all() if model.facts.get("files")]
    for number in kept:
        with files_of(app.world).folder(number) as source:
            shutil.copytree(source, folder / str(number))


def _write_keys(app: "App", folder: Path) -> None:
    """Each file takes the place of the one before at once; of older keys nothing stays."""
    from commonwheel.adapters.copies import copy_out

    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.glob("*.new*"):
        left.unlink()
    new = folder / "keys.db.new"
    copy_out(app.database, app.keys, keys_to=new)
    new.chmod(0o600)
    new.replace(folder / "keys.db")
    for name in _SECRETS:
        if app.settings.origins[name] != "environment":
            _write_private(folder / f"{name.lower()}.new", app.settings[name])
            (folder / f"{name.lower()}.new").replace(folder / name.lower())
    _sync_folder(folder)


def _forget_erased(app: "App", folder: Path, but: Path) -> None:
    """What was erased since leaves the published copies in older backups."""
    from commonwheel.adapters.delta import DeltaLake

    with app.world.database.read() as tx:
        erased = tx.releases.erased()
    for older in _backups(folder):
        if older == but:
            continue
        facts = _manifest(older)
        if facts["erased"] != len(erased) and facts["lake"]:
            DeltaLake(str(older / "lake")).erase(erased)
            _write_manifest(older, {**facts, "erased": len(erased)})


@click.command("restore")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--at", "at", help="The backup's time, as its folder is called. Default: the newest.")
@json_option
def restore_command(folder: Path, at: str | None, as_json: bool) -> None:
    """Fill an empty HOME (and an empty database) from a backup.

    What was erased before the newest backup in the folder was made is erased again, also from older ones.
    """
    settings = load_settings()
    write_events(settings["LOG"], least="warning")
    chosen = _chosen(folder, at)
    facts = _manifest(chosen)
    _check_files(chosen, facts)
    settings.home.mkdir(parents=True, exist_ok=True)
    with only_server(settings.home):
        _check_empty(settings)
        _put_back(settings, chosen, folder / "keys", facts)
        again, problems, release = _settle()
    told = {"backup": chosen.name, "release": release, "erased_again": again, "problems": problems}
    lines = [f"Restored the backup of {datetime.fromisoformat(facts['created']):%Y-%m-%d %H:%M:%S} UTC."]
    if again:
        lines.append(f"Erased again what was erased after the backup: {count(again, 'contribution')}.")
    lines.append("What else was given, withdrawn, decided or ended after that time is not in it.")
    if problems:
        raise Invalid(
            [("-", each) for each in problems], f"Restored, but release {release} is not what was signed."
        )
    if release:
        lines.append(f"Release {release} is what was signed.")
    tell(told, as_json, *lines)


def _chosen(folder: Path, at: str | None) -> Path:
    found = [each for each in _backups(folder) if at in (None, each.name)]
    if not found:
        raise NotFound(f"There is no backup {at or ''} in {folder}.".replace("  ", " "))
    if not (folder / "keys" / "keys.db").exists():
        raise NotFound(f"{folder / 'keys'} is missing: without it no backup can be opened.")
    return found[-1]


def _check_files(chosen: Path, facts: dict[str, Any]) -> None:
    there = {name: _digest(chosen / name) if (chosen / name).is_file() else "" for name in facts["files"]}
    damaged = [name for name, digest in facts["files"].items() if there[name] != digest]
    if damaged:
        faults = [(name, "is missing or was changed") for name in damaged[:20]]
        raise Invalid(faults, f"The backup {chosen} is damaged.")


def _check_empty(settings: Settings) -> None:
    ours = ["commonwheel.db", "keys.db", "lake", "models", *(name.lower() for name in _SECRETS)]
    taken = [name for name in ours if (settings.home / name).exists()]
    if taken:
        raise Conflict(
            f"{settings.home} is not empty, it has {', '.join(taken)}: restore into an empty COMMONWHEEL_HOME."
        )


def _put_back(settings: Settings, chosen: Path, keys: Path, facts: dict[str, Any]) -> None:
    from commonwheel.adapters.copies import copy_in, copy_keys_in
    from commonwheel.adapters.delta import DeltaLake
    from commonwheel.app import open_database, open_keys, open_models

    for name in _SECRETS:
        kept = keys / name.lower()
        if not settings[name]:
            if not kept.exists():
                raise NotFound(f"The backup does not hold COMMONWHEEL_{name}: set it as it was.")
            _write_private(settings.home / name.lower(), kept.read_text().strip())
    settings = with_secrets(settings)
    database = open_database(settings)
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.home) as work:
            copy_in(database, chosen / "database.db", Path(work))
            store = open_keys(settings, database)
            # A store in WAL mode writes beside itself, and the backup stays as it is.
            copy_keys_in(store, Path(shutil.copyfile(keys / "keys.db", Path(work) / "keys.db")))
            store.engine.dispose()
    finally:
        database.close()
    for folder in sorted((chosen / "models").glob("[0-9]*")):
        open_models(settings).keep(int(folder.name), folder)
    if facts["lake"]:
        lake = DeltaLake(settings["LAKE_URL"] or str(settings.home / "lake"), settings.aws)
        lake.restore_from(chosen / "lake")


def _settle() -> tuple[int, list[str], int]:
    """Erase again what was erased since, and see that the newest release is what was signed."""
    from commonwheel.journeys.chores import do_chores
    from commonwheel.journeys.curate import free_dead_claims
    from commonwheel.journeys.read_release import releases, verify
    from commonwheel.journeys.take_back import finish_erasures

    with opened() as app:
        free_dead_claims(app.world)
        again = finish_erasures(app.world)
        do_chores(app.world, wait_for_lake=True)
        sealed = releases(app.world)
        newest = sealed[-1][1].version if sealed else 0
        return again, verify(app.world, newest) if newest else [], newest


def _backups(folder: Path) -> list[Path]:
    """Whole backups, the oldest first."""
    return sorted(each.parent for each in folder.glob(f"[0-9]*/{_MANIFEST}"))


def _manifest(backup: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((backup / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise Invalid([(_MANIFEST, "cannot be read")], f"The backup {backup} is damaged.") from None
    if facts.get("format") != FORMAT:
        raise Conflict(f"The backup {backup} was made by another version of this program ({facts.get('code')}).")
    return facts


def _write_manifest(backup: Path, facts: dict[str, Any]) -> None:
    files = sorted(path for path in backup.rglob("*") if path.is_file() and path.name != _MANIFEST)
    sums = {str(path.relative_to(backup)): _digest(path) for path in files}
    whole = {**facts, "format": FORMAT, "code": __version__, "files": sums}
    new = backup / f"{_MANIFEST}.new"
    new.write_text(json.dumps(whole, indent=2))
    new.replace(backup / _MANIFEST)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_tree(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync_folder(path)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
