"""How commands speak: help, exit codes, refusals without a traceback, secrets hidden."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from commonwheel.cli.main import COMMANDS, cli
from tests.cli.command import Commands


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_index_is_there_and_says_what_it_does(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage: " in result.output


def test_the_help_loads_no_command_and_nothing_heavy() -> None:
    program = (
        "import sys\nfrom commonwheel.cli.main import cli\n"
        "try:\n    cli(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('sqlalchemy', 'pydantic', 'fastapi', 'cryptography') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said.endswith("[]\n")
    assert all(f"  {name} " in said for name in COMMANDS)


def test_a_server_loads_neither_lake_nor_migrations() -> None:
    program = (
        "import sys\nimport commonwheel.app, commonwheel.web.server, commonwheel.worker.supervisor\n"
        "print([m for m in ('deltalake', 'pyarrow', 'alembic', 'numpy') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said == "[]\n"


def test_opening_an_instance_loads_no_patterns() -> None:
    program = (
        "import sys, commonwheel.app\nprint([m for m in sys.modules if m.startswith('commonwheel.curate.scan')])"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said == "[]\n"


@pytest.mark.parametrize(
    "words", [["no-such-command"], ["release", "show", "first"], ["erase"], ["token", "create"], ["scan"]]
)
def test_wrong_usage_is_2(commonwheel: Commands, words: list[str]) -> None:
    result = commonwheel.process(*words)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["release", "show", "7"], "There is no release 7."),
        (["release", "cut"], "Nothing has changed since the last release, so there is nothing to cut."),
        (["token", "revoke", "x"], "There is no valid token x."),
        (["withdraw", "x"], "There is nothing here for you under this name."),
        (["import", "no-such-file", "--yes"], "A file cannot be read.\n  no-such-file: No such file or directory"),
    ],
)
def test_what_is_refused_is_1_with_a_plain_reason(commonwheel: Commands, words: list[str], said: str) -> None:
    result = commonwheel.process(*words)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", said + "\n")


def test_a_fault_of_the_whole_is_told_once(commonwheel: Commands, tmp_path: Path) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_text("hello")
    [line] = commonwheel("import", odd, "--yes").stderr.splitlines()
    assert line.startswith("This file has no known format. Known are: ")
    odd.write_text('[{"title": "a", "crea')
    assert commonwheel("import", odd, "--yes").stderr == "This file is JSON that breaks off or is damaged.\n"


def test_a_wrong_setting_is_named(commonwheel: Commands) -> None:
    wrong = Commands(commonwheel.home, {"PROT": "80"})
    result = wrong("release", "list")
    assert result.exit_code == 1
    assert result.stderr == "There is no setting COMMONWHEEL_PROT. 'commonwheel settings' lists all there are.\n"


def test_settings_hide_secrets(tmp_path: Path) -> None:
    secrets = {"SECRET": "s" * 40, "IDENTITY_KEY": "i" * 40, "MAIL_URL": "smtp://ann:word@mail.example"}
    database = {"DATABASE_URL": "postgresql://ann:word@db.example/commons?password=word"}
    commonwheel = Commands(tmp_path / "home", secrets | database)
    said = commonwheel.done("settings")
    facts = {each["name"]: each for each in commonwheel.json("settings")}
    for text in (said, json.dumps(facts)):
        assert not any(secret in text for secret in (*secrets.values(), "word"))
    assert facts["COMMONWHEEL_SECRET"]["origin"] == "environment"
    assert facts["COMMONWHEEL_DATABASE_URL"]["value"].startswith("postgresql://ann:")


@pytest.mark.parametrize("name", ["contribution", "edit", "feedback", "policy"])
def test_schemas_are_json_schema(name: str) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(CliRunner().invoke(cli, ["schema", name]).output)
    Draft202012Validator.check_schema(schema)


def test_a_token_is_shown_once_and_kept_as_a_hash(commonwheel: Commands) -> None:
    secret = commonwheel.done(
        "token", "create", "--scope", "contribute", "--scope", "read", "--for", "ann"
    ).strip()
    [token] = commonwheel.json("token", "list")
    assert token["for"] == "ann" and token["scopes"] == ["contribute", "read"] and token["revoked"] is None
    assert all(secret.encode() not in path.read_bytes() for path in commonwheel.home.rglob("*") if path.is_file())
    commonwheel.done("token", "revoke", token["id"])
    assert commonwheel.json("token", "list")[0]["revoked"]


def test_a_token_can_carry_terms(commonwheel: Commands, tmp_path: Path) -> None:
    terms = tmp_path / "terms.json"
    terms.write_text('{"license": "MIT", "consent": {"version": "1", "given": true}}')
    refused = commonwheel("token", "create", "--scope", "contribute", "--terms", terms)
    assert refused.exit_code == 1 and "/license" in refused.stderr
    terms.write_text('{"license": "CC0-1.0", "consent": {"version": "1", "given": true}}')
    commonwheel.done("token", "create", "--scope", "contribute", "--terms", terms)
    assert commonwheel.json("token", "list")[0]["terms"]


def test_the_doctor_finds_a_new_folder_well_and_a_lost_secret_not(commonwheel: Commands, gifts: Path) -> None:
    commonwheel.done("import", gifts, "--yes")
    assert commonwheel.json("doctor")["well"]
    (commonwheel.home / "secret").write_text("another-secret-of-forty-characters-or-so")
    result = commonwheel("doctor", "--json")
    unwell = [check["check"] for check in json.loads(result.stdout)["checks"] if not check["well"]]
    assert result.exit_code == 1 and unwell == ["keys"]
