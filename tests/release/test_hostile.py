"""Contributed text is only text, in every file of a release."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.release.formats import export
from commonwheel.release.markup import markdown
from commonwheel.release.markup import yaml as quoted
from commonwheel.release.sorting import in_order
from tests.release.samples import facts, record, terms


def card(folder: Path) -> dict[str, Any]:
    front: dict[str, Any] = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    return front


HOSTILE = (
    "</td><script>alert(1)</script>",
    "x\n---\nlicense: mit\n---\n# Owned",
    "![](https://example.org/pixel.png)",
    "[click](javascript:alert(1))",
    'a": "b", evil: true #',
    "| cell | cell |",
    "`rm -rf`",
    "- item",
    "1. item",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; @everyone www.example.org",
    "gnp.\u202etxt\u2066\u200b",
    "no",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") + "\u2028 x \x00\x1b[31m",
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_text(name: str, tmp_path: Path) -> None:
    given = [record("chat", "chat-1", terms(mode="name", name=name))]
    out = tmp_path / "out"
    export("commonwheel", given, (), facts(given, description=name), out)
    credited = [
        line for line in (out / "CREDITS.md").read_text(encoding="utf-8").splitlines() if line.startswith("-")
    ]
    assert len(credited) == 1
    for text in ((out / page).read_text(encoding="utf-8") for page in ("README.md", "CREDITS.md", "datasheet.md")):
        for harm in ("<script", "](javascript", "![](", "\u202e", "\u2028", "\x1b", "\n# Owned", "@everyone"):
            assert harm not in text
    assert set(card(out)) == {
        "pretty_name", "license", "language", "task_categories", "size_categories", "tags", "configs",
    }  # fmt: skip
    assert card(out)["license"] == ["cc-by-4.0"]
    assert pq.read_table(next(out.glob("data/*/*/*.parquet")), partitioning=None)["attribution"].to_pylist() == [
        name
    ]


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_yaml_gives_back_exactly_the_text(text: str) -> None:
    assert yaml.safe_load(f"key: {quoted(text)}\n") == {"key": text}


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_markdown_is_one_line_in_which_no_mark_means_anything(text: str) -> None:
    escaped = markdown(text)
    assert len(escaped.splitlines()) <= 1
    assert not set("<>@") & set(escaped)
    for at, char in enumerate(escaped):
        if char in "`*_[]()!|#~$":
            assert escaped[at - 1] in "\\&" and at
    assert not escaped.startswith(("-", "=", "+", " "))


def test_a_hostile_preference_is_only_text(tmp_path: Path) -> None:
    given = [record("chat", "chat-1", terms(ai_pref='train-ai=n, x="|<img src=x>`"'))]
    out = tmp_path / "out"
    export("commonwheel", given, (), facts(given), out)
    assert "<img" not in (out / "README.md").read_text(encoding="utf-8")
    (bucket,) = (out / "data").iterdir()
    assert bucket.name.startswith("cc-by-4.0--train-ai-n-x-img-src-x--")


def test_numbers_too_large_for_a_column_are_kept_as_text(tmp_path: Path) -> None:
    huge = 10**400
    given = [
        record("signal", "a", value=huge),
        record("signal", "b", value="ten"),
        record("signal", "c", value=2.5),
    ]
    export("parquet", given, (), facts(given), tmp_path / "out")
    rows = pq.read_table(tmp_path / "out" / "signal.parquet").to_pylist()
    assert [(row["value"], row["value_text"]) for row in rows] == [(None, str(huge)), (None, "ten"), (2.5, None)]


def test_what_is_no_base64_does_not_stop_an_export(tmp_path: Path) -> None:
    given = [record("bundle", attachments=[{"name": "a", "media_type": "text/plain", "data": "A"}])]
    export("parquet", given, (), facts(given), tmp_path / "out.parquet")
    (row,) = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert row["attachments"] == [{"name": "a", "media_type": "text/plain", "data": None}]
    assert '"data":"A"' in row["record"]


@given(
    st.lists(st.fixed_dictionaries({"id": st.text(st.characters(codec="utf-8"), max_size=5)})), st.integers(1, 60)
)
def test_sorting_on_disk_is_sorting(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], run_bytes: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    found = list(in_order(iter(rows), lambda row: (row["id"],), folder, run_bytes))
    assert found == sorted(rows, key=lambda row: row["id"])
