"""Every step that docs/scenarios.md tells is done here, against a running instance, in its order."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from fastapi.testclient import TestClient

from commonwheel.app import App, build
from commonwheel.journeys.chores import do_chores
from commonwheel.people.tokens import TokenScope
from commonwheel.settings import load_settings
from commonwheel.web.server import create_web
from tests.cli.command import Commands
from tests.web.api.test_traces import request, span
from tests.web.pages.conftest import Commons, Seen
from tests.web.pages.test_giving import CONSENT, TERMS, begin, briefed, do

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scenarios.md"
CHAT = "You said:\nIda says I should call +41 79 555 12 34.\nChatGPT said:\nIda is right: call, and be kind."
ERROR = {"prompt": "Capital of Australia?", "original": "It is Sydney.", "edited": "It is Canberra."}
TOLD = {"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}}

Steps = dict[str, Callable[["Walk"], None]]


class Walk:
    """An instance, somebody's browser, an application, and what they came to so far."""

    def __init__(self, commons: Commons) -> None:
        self.commons = commons
        self.browser = commons.browser()
        self.app = TestClient(commons.web, headers={"Authorization": f"Bearer {self._token()}"})
        self.draft = self.own = self.id = ""
        self.preview: dict[str, Any] = {}

    def _token(self) -> str:
        return self.commons.token("an application", TokenScope.CONTRIBUTE)

    def page(self, path: str) -> str:
        return Seen(self.browser.get(path).text).text

    def release(self) -> None:
        self.commons.release()
        do_chores(self.commons.app.world, wait_for_lake=True)

    def records(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.app.get(f"/api/v1/releases/1/records{query}", headers={"Accept": "application/x-ndjson"})
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]


def give(walk: Walk, **terms: Any) -> None:
    answer = do(walk.browser, walk.draft, "give", **(TERMS | CONSENT | terms))
    assert answer.status_code == 303, answer.text
    walk.own = answer.headers["location"].partition("?")[0]


def web_chat_1(walk: Walk) -> None:
    briefed(walk.browser)
    walk.draft = begin(walk.browser, chat=CHAT)
    assert "Person" in walk.page(walk.draft) and "Assistant" in walk.page(walk.draft)


def web_chat_2(walk: Walk) -> None:
    page = walk.page(walk.draft)
    assert "⟨phone-1⟩" in page and "555 12 34" not in page and "A telephone number" in page


def web_chat_3(walk: Walk) -> None:
    do(walk.browser, walk.draft, "hide", words="Ida")
    assert walk.page(walk.draft).count("⟨private-1⟩") == 2


def web_chat_4(walk: Walk) -> None:
    assert do(walk.browser, walk.draft, "give").status_code == 422
    give(walk)


def web_chat_5(walk: Walk) -> None:
    walk.commons.curate()
    assert "It is ready" in walk.page(walk.own)
    assert walk.browser.get(f"{walk.own}/receipt").json()["signature"]


def web_chat_6(walk: Walk) -> None:
    walk.release()
    for page in (walk.commons.browser().get(walk.own).text, json.dumps(walk.records(), ensure_ascii=False)):
        assert "⟨phone-1⟩" in page and "555 12 34" not in page and "Ida" not in page


def web_fix_1(walk: Walk) -> None:
    briefed(walk.browser)
    walk.draft = begin(walk.browser, "correction", **ERROR)
    give(walk, ai_pref="train-ai=y")


def web_fix_2(walk: Walk) -> None:
    walk.commons.curate()
    assert "Models can learn one thing from it" in walk.page(walk.own)


def web_fix_3(walk: Walk) -> None:
    walk.release()
    pair = next(record for record in walk.records("?purpose=training") if record["kind"] == "correction")
    assert (pair["original"], pair["edited"]) == ("It is Sydney.", "It is Canberra.")


def web_get_1(walk: Walk) -> None:
    refused = {"license": "CC-BY-4.0", "ai_pref": "train-ai=n"}
    walk.commons.give(kind="example", prompt="What pulls the sea?", ideal="The moon does.", terms=refused)
    walk.commons.give(kind="example", prompt="What makes bread rise?", ideal="Yeast does, given time.")
    walk.release()
    found = walk.browser.get("/explore?q=moon").text
    [path] = re.findall(r'<h3><a href="(/contributions/[0-9a-f]+)">', found)
    assert "The moon does." in walk.page(path) and "Anyone may use it who says where it is from" in walk.page(path)


def web_get_2(walk: Walk) -> None:
    page = walk.page("/releases/1")
    assert "What is in it" in page and "@dataset" in page and "curl" in page


def web_get_3(walk: Walk) -> None:
    assert len(walk.records()) == 2
    assert [record["prompt"] for record in walk.records("?purpose=training")] == ["What makes bread rise?"]


def app_chat_1(walk: Walk) -> None:
    messages = [
        {"role": "user", "content": "Call +41 79 555 12 34?"},
        {"role": "assistant", "content": "Do call."},
    ]
    walk.preview = walk.app.post(
        "/api/v1/contributions/preview", json={"kind": "chat", "messages": messages, "terms": TOLD}
    ).json()
    assert "⟨phone-1⟩" in json.dumps(walk.preview["would_publish"], ensure_ascii=False)
    assert walk.app.get("/api/v1/me/contributions").json()["items"] == []


def app_chat_2(walk: Walk) -> None:
    messages = [
        {"role": "user", "content": "Call +41 79 555 12 34?"},
        {"role": "assistant", "content": "Do call."},
    ]
    consent = TOLD["consent"] | {"preview": walk.preview["digest"]}  # type: ignore[operator]
    given = {"kind": "chat", "messages": messages, "terms": TOLD | {"consent": consent}}
    assert walk.app.post("/api/v1/contributions", json=given).status_code == 201
    assert walk.app.post("/api/v1/contributions", json=given | {"messages": messages[:1]}).status_code == 422


def app_chat_3(walk: Walk) -> None:
    walk.release()
    [record] = walk.records()
    assert record["messages"][0]["content"] == "Call ⟨phone-1⟩?"


def app_fix_1(walk: Walk) -> None:
    edit = {
        "prompt": ERROR["prompt"],
        "original_llm_output": ERROR["original"],
        "final_user_edit": ERROR["edited"],
        "terms": TOLD,
    }
    answer = walk.app.post("/api/v1/edits", json=edit)
    assert answer.status_code == 202
    walk.id = answer.json()["id"]


def app_fix_2(walk: Walk) -> None:
    walk.commons.curate()
    gold = walk.app.get(f"/api/v1/contributions/{walk.id}").json()["gold"]
    assert gold["pairs"] == 1 and 0 < gold["similarity"] < 1


def app_get_1(walk: Walk) -> None:
    actor = walk.commons.actor("ann", TokenScope.CONTRIBUTE)
    walk.id = walk.commons.give(actor, kind="example", prompt="What pulls the sea?", ideal="The moon does.")
    walk.release()
    answer = walk.app.get("/api/v1/releases/1/records", headers={"Accept": "application/x-ndjson"})
    assert answer.headers["link"].endswith('rel="license"') and json.loads(answer.text)["license"] == "CC-BY-4.0"


def app_get_2(walk: Walk) -> None:
    ann = TestClient(walk.commons.web)
    token = walk.commons.token("ann", TokenScope.CONTRIBUTE)
    erased = ann.delete(f"/api/v1/contributions/{walk.id}", headers={"Authorization": f"Bearer {token}"})
    assert erased.status_code == 200
    assert walk.id in walk.app.get("/api/v1/releases/1/removals").text


SPAN = {
    "gen_ai.input.messages": json.dumps([{"role": "user", "content": ERROR["prompt"]}]),
    "gen_ai.output.messages": json.dumps([{"role": "assistant", "content": ERROR["original"]}]),
}
AGREED = {
    "commonwheel.consent": "2026-11",
    "commonwheel.license": "CC-BY-4.0",
    "commonwheel.edit": ERROR["edited"],
}


def otlp_fix_1(walk: Walk) -> None:
    sent = request(span(1, SPAN | AGREED), span(2, SPAN))
    answer = walk.app.post("/v1/traces", json=sent)
    assert answer.json() == {"partialSuccess": {"rejectedSpans": "1", "errorMessage": ANY}}


def otlp_fix_2(walk: Walk) -> None:
    walk.commons.curate()
    [mine] = walk.app.get("/api/v1/me/contributions").json()["items"]
    walk.id = mine["id"]
    assert walk.app.get(f"/api/v1/contributions/{walk.id}").json()["gold"]["pairs"] == 1


def otlp_fix_3(walk: Walk) -> None:
    thumb = {"target": f"{1:016x}", "name": "thumb", "value": False, "terms": TOLD}
    given = walk.app.post("/api/v1/feedback", json=thumb).json()["id"]
    assert walk.app.get(f"/api/v1/contributions/{walk.id}").json()["about"] == [given]


def _file(walk: Walk, name: str, text: str) -> Path:
    folder = walk.commons.app.settings.home.parent / "repository" / "contributions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def _run(walk: Walk) -> Commands:
    return Commands(walk.commons.app.settings.home)


MATTER = '+++\nlicense = "CC-BY-4.0"\nconsent = "2026-11"\nauthor = "Ida Example"\n+++\n'


def git_chat_1(walk: Walk) -> None:
    chat = "## User\nCall +41 79 555 12 34?\n## Assistant\nDo call.\n"
    said = _run(walk).done("check", _file(walk, "chat.md", MATTER + chat))
    assert "would be hidden: personal.phone" in said and "555" not in said


def git_chat_2(walk: Walk) -> None:
    folder = _file(walk, "README.md", "How to contribute")
    given = [_run(walk).json("import", folder, "--yes", "--as", "wiki")["given"] for _ in range(2)]
    assert given == [1, 0]


def git_chat_3(walk: Walk) -> None:
    walk.release()
    [record] = walk.records()
    assert record["messages"][0]["content"] == "Call ⟨phone-1⟩?" and record["attribution"] == "Ida Example"


def git_fix_1(walk: Walk) -> None:
    words = f"## Prompt\n{ERROR['prompt']}\n## Original\n{ERROR['original']}\n## Edited\n{ERROR['edited']}\n"
    bare = _run(walk)("check", _file(walk, "fix.md", "+++\n+++\n" + words))
    assert bare.exit_code == 1 and "brings no terms" in bare.stdout
    assert "nothing to mend" in _run(walk).done("check", _file(walk, "fix.md", MATTER + words))


def git_fix_2(walk: Walk) -> None:
    folder = _file(walk, "README.md", "How to contribute")
    assert _run(walk).json("import", folder, "--yes", "--as", "wiki")["given"] == 1
    walk.commons.curate()
    with walk.commons.app.world.database.read() as tx:
        [pair] = tx.gold.of_origin("correction", 0, 10)
    assert pair.contribution


def git_get_1(walk: Walk) -> None:
    walk.commons.give(kind="correction", **ERROR)
    walk.release()
    out = walk.commons.app.settings.home.parent / "release-1.jsonl"
    _run(walk).done("export", "1", "--format", "trl-dpo", "--out", out)
    assert ERROR["edited"] in out.read_text(encoding="utf-8")


STEPS: Steps = {
    name.replace("_", "-"): step
    for name, step in list(globals().items())
    if re.fullmatch(r"(web|app|otlp|git)_[a-z]+_\d", name)
}
TOLD_STEPS = re.findall(r"^\d+\. \[([a-z]+-[a-z]+-\d)\]", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
SCENARIOS = list(dict.fromkeys(step.rpartition("-")[0] for step in TOLD_STEPS))


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    app: App = build(load_settings({"COMMONWHEEL_HOME": str(tmp_path / "home")}))
    yield Walk(Commons(app=app, web=create_web(app)))
    app.close()


def test_every_step_that_is_told_is_done() -> None:
    assert sorted(TOLD_STEPS) == sorted(STEPS) and len(set(TOLD_STEPS)) == len(TOLD_STEPS)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_goes_as_told(walk: Walk, scenario: str) -> None:
    for step in TOLD_STEPS:
        if step.startswith(f"{scenario}-"):
            STEPS[step](walk)
