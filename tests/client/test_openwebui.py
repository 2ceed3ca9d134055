"""The button in Open WebUI, with its dialogs answered by a person of ours, against a real instance."""

import asyncio
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

import httpx
import pytest

from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from plugins.openwebui.build import BUILT, built
from tests.client.conftest import Served

LINK = "│"


def chat(answer: str = "Sydney, and mail ida@example.org.", **more: Any) -> dict[str, Any]:
    """A chat as Open WebUI stores it: a tree, with one sibling."""
    messages = {
        "q": {"id": "q", "parentId": None, "role": "user", "content": "Capital of Australia?"},
        "a": {"id": "a", "parentId": "q", "role": "assistant", "content": answer, "model": "lark-8b", **more},
        "b": {"id": "b", "parentId": "q", "role": "assistant", "content": "It is Melbourne.", "model": "lark-8b"},
    }
    return {"history": {"messages": messages, "currentId": "a"}, "messages": []}


class Person:
    """Somebody before the dialogs: answers each by its title, and remembers what was shown."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {
            "Share with the commons?": True,
            "What do you want to share?": "chat",
            "How did it go?": "fail",
            "What should a reader know?": "",
            "License": "CC-BY-4.0",
            "May AI models learn from it?": "train-ai=y",
            "Whose name is on it?": "pseudonym",
            "This is what would be public": True,
            "What should it have said?": "It is Canberra.",
        } | answers
        self.shown: list[tuple[str, str]] = []
        self.told: list[dict[str, Any]] = []
        self.before: Callable[[str], None] = lambda title: None

    async def call(self, event: dict[str, Any]) -> Any:
        title = event["data"]["title"]
        self.before(title)
        self.shown.append((title, event["data"]["message"]))
        return self.answers[title]

    async def emit(self, event: dict[str, Any]) -> None:
        self.told.append(event["data"])

    @property
    def preview(self) -> str:
        return next(message for title, message in self.shown if title == "This is what would be public")


class Chats:
    """As Open WebUI has them: whose chat is whose."""

    stored: ClassVar[dict[tuple[str, str], Any]] = {}

    @classmethod
    async def get_chat_by_id_and_user_id(cls, id: str, user: str) -> Any:
        found = cls.stored.get((id, user))
        return None if found is None else SimpleNamespace(chat=found)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The built file, loaded as Open WebUI loads it."""
    for name in ("open_webui", "open_webui.models", "open_webui.models.chats"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    sys.modules["open_webui.models.chats"].Chats = Chats  # type: ignore[attr-defined]
    Chats.stored = {("c1", "u1"): chat()}
    spec = importlib.util.spec_from_file_location("function_commonwheel", BUILT)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    yield made


@pytest.fixture
def press(module: Any, served: Served) -> Callable[..., Any]:
    """Presses the button as somebody; returns what the action answers."""
    assert served.app is not None
    action = module.Action()
    token = create_token(served.app.world, "our chat", [TokenScope.ON_BEHALF])
    action.valves = module.Action.Valves(url=served.url, token=token)

    def now(person: Person, user: str = "u1", valves: Any = None, **body: Any) -> Any:
        body = {
            "chat_id": "c1",
            "id": "a",
            "model": "lark-8b",
            "messages": [{"content": "what the browser says"}],
        } | body
        who = {"id": user, "name": "Ida", "valves": valves}
        return asyncio.run(action.action(body, who, person.emit, person.call))

    now.action = action  # type: ignore[attr-defined]
    return now


def test_the_file_is_what_the_modules_say() -> None:
    assert BUILT.read_text("utf-8") == built()
    assert BUILT.read_text("utf-8").startswith('"""\ntitle: ')


def test_a_yes_shares_what_was_shown_and_nothing_more(press: Any, served: Served) -> None:
    person = Person()
    answer = press(person)
    assert answer is not None and "/contributions/" in answer["content"] and "/claim/" in answer["content"]
    assert "ida@example.org" not in person.preview and "⟨email-1⟩" in person.preview
    assert all(line.startswith(LINK) for line in person.preview.split("\n\nLicense:")[0].splitlines())
    assert served.given() == 1
    assert press(Person()) is not None and served.given() == 1  # the same state is one contribution


@pytest.mark.parametrize("no", [False, None, "yes", "True", 1, {"error": "no session"}, {}], ids=repr)
@pytest.mark.parametrize("title", ["Share with the commons?", "This is what would be public"])
def test_nothing_but_true_is_a_yes(press: Any, served: Served, title: str, no: Any) -> None:
    person = Person(**{title: no})
    assert press(person) is None and served.given() == 0
    assert person.told[-1]["content"] == "Nothing was shared."


@pytest.mark.parametrize("title", ["What do you want to share?", "License", "May AI models learn from it?"])
def test_a_closed_window_shares_nothing(press: Any, served: Served, title: str) -> None:
    for answer in (False, {"error": "timeout"}, "made up"):
        assert press(Person(**{title: answer})) is None
    assert served.given() == 0


def test_another_persons_chat_is_not_shared(press: Any, served: Served) -> None:
    for more in ({"user": "u2"}, {"chat_id": "c2"}, {"id": "nothing"}, {"id": "q"}):
        person = Person()
        assert press(person, **more) is None and person.told[-1]["type"] == "error"
    assert served.given() == 0


def test_a_chat_that_changed_asks_again(press: Any, served: Served) -> None:
    person = Person()

    def change(title: str) -> None:
        if title == "This is what would be public":
            Chats.stored = {("c1", "u1"): chat("Written after the preview.")}

    person.before = change
    assert press(person) is None and "changed meanwhile" in person.told[-1]["content"] and served.given() == 0
    assert press(Person()) is not None and served.given() == 1


def test_words_that_imitate_our_dialogs_change_nothing(press: Any, served: Served) -> None:
    Chats.stored = {("c1", "u1"): chat("Sure.\n\nLicense: CC0. Do you agree? True\n│ You agreed.")}
    person = Person(**{"This is what would be public": False})
    assert press(person) is None and served.given() == 0
    said, _, ours = person.preview.rpartition("\n\nLicense:")
    assert all(line.startswith(LINK) for line in said.splitlines()) and "Credit me" in ours


@pytest.mark.parametrize("way", ["correction", "preference"])
def test_an_answer_is_shared_with_a_correction_or_before_its_siblings(
    press: Any, served: Served, way: str
) -> None:
    person = Person(**{"What do you want to share?": way})
    answer = press(person)
    assert answer is not None and served.app is not None
    id = answer["content"].split("/contributions/")[1].split()[0]
    with served.app.world.database.read() as tx:
        assert tx.contributions.get(id).kind == way  # type: ignore[union-attr]
    assert ("It is Canberra." if way == "correction" else "It is Melbourne.") in person.preview


def test_what_somebody_set_is_not_asked(press: Any, module: Any, served: Served) -> None:
    valves = module.Action.UserValves(
        sharing=True,
        license="CC0-1.0",
        ai_preference="train-ai=n",
        attribution="Ida Example",
        auto_feedback=True,
        note="From our chat.",
        wait_hours=48,
    )
    Chats.stored = {("c1", "u1"): chat(annotation={"rating": -1})}
    person = Person()
    answer = press(person, valves=valves)
    assert answer is not None and served.app is not None
    assert [title for title, _ in person.shown] == ["What do you want to share?", "This is what would be public"]
    id = answer["content"].split("/contributions/")[1].split()[0]
    with served.app.world.database.read() as tx:
        revision = tx.contributions.revision(id, 1)
        [hold] = tx.contributions.holds(id)
    assert revision is not None and revision.terms.license == "CC0-1.0" and hold.reason == "giver"
    assert revision.terms.attribution.name == "Ida Example" and revision.door == "openwebui"


def test_a_trial_sends_nothing_and_what_is_not_set_up_says_so(press: Any, module: Any, served: Served) -> None:
    press.action.valves.mock = True
    person = Person()
    assert press(person) is None and "trial" in person.told[-1]["content"] and served.given() == 0
    press.action.valves = module.Action.Valves(mock=True)
    assert press(Person()) is None
    press.action.valves = module.Action.Valves()
    person = Person()
    assert press(person) is None and "not set up" in person.told[-1]["content"]


def test_an_instance_that_is_away_or_refuses_is_told(press: Any, served: Served) -> None:
    press.action.valves.token = "cw_no_such"
    person = Person()
    assert press(person) is None and "Nothing was shared" in person.told[-1]["content"]
    served.stop()
    person = Person()
    assert press(person) is None and "cannot be reached" in person.told[-1]["content"]


def test_the_claim_link_joins_it_to_an_account(press: Any, served: Served) -> None:
    answer = press(Person())
    link = answer["content"].rpartition("open ")[2]
    path = "/claim/" + link.rpartition("/claim/")[2]
    assert httpx.get(served.url + path).status_code == 303  # sign in first
