"""Pages, and what each needs to be typed."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commonwheel.curate.prefilter import user_cache
from tests.docs.snippets import Shell
from tests.services import absent

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
"""Every page of the project."""


def name_of(page: Path) -> str:
    """A page's path from the project's root."""
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder, where `commonwheel` and `python` are ours."""
    for program in ("bash", "curl"):
        if shutil.which(program) is None:
            absent(program, f"install Debian's package {program}")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, arguments in (("commonwheel", "-m commonwheel.cli"), ("python", "")):
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(0o755)
    folder = tmp_path / "here"
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
    environment = kept | {
        "PATH": f"{programs}{os.pathsep}{kept['PATH']}",
        "HOME": str(tmp_path),
        "HF_HOME": str(tmp_path / "hub"),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "USER": "ann",
        "LOGNAME": "ann",
        "COMMONWHEEL_HOME": str(folder / "commonwheel-data"),
        "COMMONWHEEL_CACHE": str(user_cache()),  # compiled patterns are there already
    }
    typed = Shell(folder, environment)
    yield typed
    typed.close()
