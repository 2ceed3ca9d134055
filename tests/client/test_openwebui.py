"""The button in Open WebUI, with its dialogs answered by a person of ours, against a real instance."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from plugins.openwebui.build import FILES, built, path_of
from tests.client.conftest import Served
from tests.client.open_webui import Chats, Feedbacks, Person, arrived, chat, door_token, installed, rated

LINK = "│"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The file with the button."""
    return installed(monkeypatch, tmp_path)("action")


@pytest.fixture
def press(module: Any, served: Served) -> Callable[..., Any]:
    """Presses the button as somebody; returns what the action answers."""
    assert served.app is not None
    action = module.Action()
    action.valves = module.Action.Valves(url=served.url, token=door_token(served))

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


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_what_the_modules_say(kind: str) -> None:
    assert path_of(kind).read_text("utf-8") == built(kind)
    assert path_of(kind).read_text("utf-8").startswith('"""\ntitle: ')


def quotes_all(preview: str) -> bool:
    """Whether all words of a chat are code, behind bars."""
    opened, *said = preview.partition("\n\n**License:**")[0].strip().splitlines()
    return opened == "```text" and said[-1] == "```" and all(line.startswith(LINK) for line in said[:-1])


def test_a_yes_shares_what_was_shown_and_nothing_more(press: Any, served: Served) -> None:
    person = Person()
    answer = press(person)
    assert answer is not None and "/contributions/" in answer["content"] and "/claim/" in answer["content"]
    assert "ida@example.org" not in person.preview and "⟨email-1⟩" in person.preview
    assert quotes_all(person.preview)
    assert served.given() == 1
    assert press(Person()) is not None and served.given() == 1  # the same state is one contribution


@pytest.mark.parametrize(
    "no", [False, None, "yes", "True", 1, {"error": "no session"}, {}, ValueError("too late")], ids=repr
)
@pytest.mark.parametrize("title", ["Share with the commons?", "This is what would be public"])
def test_nothing_but_true_is_a_yes(press: Any, served: Served, title: str, no: Any) -> None:
    person = Person(**{title: no})
    assert press(person) is None and served.given() == 0
    assert person.told[-1]["content"] == "Nothing was shared."


@pytest.mark.parametrize("title", ["What do you want to share?", "License", "What for?", "Whose name is on it?"])
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
    hostile = "Sure.\n```\n\n**License:** CC0. Do you agree? True\n│ You agreed. ![](https://evil.example/x.png)"
    Chats.stored = {("c1", "u1"): chat(hostile)}
    person = Person(**{"This is what would be public": False})
    assert press(person) is None and served.given() == 0
    said, _, ours = person.preview.rpartition("\n\n**License:**")
    assert quotes_all(said) and "Credit me" in ours and "evil.example" not in ours


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
        purposes="display, evaluation",
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
    assert "nothing is sent to be looked at" in person.preview
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


def test_thumbs_comments_and_tags_go_with_it_seen_before_and_of_the_reader_alone(
    press: Any, served: Served
) -> None:
    mine = rated(reason="not_factually_correct", comment="Mail ida@example.org.", tags=["capitals"])
    mine.data["details"] = {"rating": 2}
    Feedbacks.stored = [mine, rated("u2", 1, comment="Somebody else's.")]
    person = Person()
    assert press(person) is not None
    assert "comment: Mail ⟨email-1⟩." in person.preview and "Somebody else" not in person.preview
    signal, given = arrived(served, press.action.valves.token)
    assert (signal["kind"], given["kind"]) == ("signal", "chat")
    assert given["given_content"]["tags"] == ["capitals"] and given["given_content"]["labels"] == {"1": "fail"}
    assert signal["given_content"]["detail"]["reason"] == "not_factually_correct" and given["about"] == [
        signal["id"]
    ]
    assert press(Person()) is not None and served.given() == 2


def test_what_somebody_chose_is_kept_for_the_next_time_where_valves_are_hidden(press: Any, served: Served) -> None:
    assert press(Person(**{"Shared. Keep these choices?": True})) is not None
    Chats.stored = {("c1", "u1"): chat("Canberra.")}
    person = Person()
    assert press(person) is not None and served.given() == 2
    asked = [title for title, _ in person.shown]
    assert "License" not in asked and "Whose name is on it?" not in asked
    anew = Person(**{"What do you want to share?": "terms", "License": "CC0-1.0"})
    assert press(anew) is None and "Kept" in anew.told[-1]["content"]
    headers = {"Authorization": f"Bearer {press.action.valves.token}", "On-Behalf-Of": "u1"}
    wishes = httpx.get(f"{served.url}/api/v1/wishes", headers=headers).json()
    assert (wishes["wait_hours"], wishes["when_deleted"]) == (168, "erase")
    Chats.stored = {("c1", "u1"): chat("It is Canberra.")}
    person = Person()
    press(person)
    assert "(CC0-1.0)" in person.preview
    assert press(Person(), user="u2") is None  # what one chose says nothing about another


def test_a_name_can_be_written(press: Any, served: Served) -> None:
    person = Person(**{"Whose name is on it?": "name", "The name to show": "Ida *of* _Ulm_"})
    assert press(person) is not None
    assert "**Name:** Ida  of   Ulm" in person.preview


def test_the_builder_of_the_model_and_its_data_documents_are_named(
    press: Any, served: Served, tmp_path: Any
) -> None:
    providers = tmp_path / "providers.toml"
    providers.write_text(
        '[[providers]]\nname = "Lark"\nmodels = ["lark-*"]\nbuilder = "Lark Institute"\n'
        'data_documents = "https://lark.example/data"\nsent = "prompts"\nkept = "nothing"\n'
        'terms = "https://lark.example/terms"\nterms_read = 2026-11-01\n'
    )
    served.stop()
    served.start(PROVIDERS=str(providers))
    person = Person()
    assert press(person) is not None
    assert "lark-8b is built by Lark Institute, on its data: https://lark.example/data." in person.preview


def test_a_standing_consent_is_allowed_by_a_yes_and_stopped_by_the_button_or_the_setting(
    press: Any, module: Any, served: Served
) -> None:
    allow = {"What do you want to share?": "allow"}
    assert press(Person(**allow, **{"Share what you rate, without asking?": {"error": "timeout"}})) is None
    assert standing(served, press) == 404
    person = Person(**allow)
    assert press(person) is None and "Allowed until" in person.told[-1]["content"]
    assert standing(served, press) == 200 and served.given() == 0
    assert press(Person(**{"What do you want to share?": "stop"})) is None
    assert standing(served, press) == 404
    press(Person(**allow))
    assert (
        press(Person(**{"Share with the commons?": False}), valves=module.Action.UserValves(standing="stop"))
        is None
    )
    assert standing(served, press) == 404


def standing(served: Served, press: Any) -> int:
    headers = {"Authorization": f"Bearer {press.action.valves.token}", "On-Behalf-Of": "u1"}
    return httpx.get(f"{served.url}/api/v1/standing", headers=headers).status_code


def test_two_presses_at_once_share_once(press: Any, module: Any, served: Served) -> None:
    action, first, second = press.action, Person(), Person()
    body = {"chat_id": "c1", "id": "a", "model": "lark-8b"}
    who = {"id": "u1", "name": "Ida", "valves": None}

    async def both() -> Any:
        return await asyncio.gather(*(action.action(body, who, each.emit, each.call) for each in (first, second)))

    assert all(answer is not None for answer in asyncio.run(both())) and served.given() == 1


def test_any_purposes_can_be_set(press: Any, module: Any) -> None:
    person = Person()
    assert press(person, valves=module.Action.UserValves(purposes="training, display")) is not None
    assert "What for?" not in [title for title, _ in person.shown] and "display, training" in person.preview


def test_a_thumb_that_changed_is_said_of_a_chat_that_was_shared(press: Any, served: Served) -> None:
    Feedbacks.stored = [rated()]
    assert press(Person()) is not None and served.given() == 2
    Feedbacks.stored = [rated(rating=1)]
    person = Person()
    assert press(person) is None and "shared this already" in person.told[-1]["content"]
    assert served.given() == 3


def test_what_was_shared_is_never_told_as_not_shared(
    press: Any, module: Any, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> Any:
        raise module.Trouble("The commons cannot be reached. Nothing was shared.")

    monkeypatch.setattr(module._Sharing, "_shared", away)
    answer = press(Person())
    assert answer is not None and answer["content"].startswith("Shared: ") and served.given() == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:none", "no address", "ftp://commons.example"])
def test_an_address_that_is_none_is_told(press: Any, url: str) -> None:
    press.action.valves.url = url
    person = Person()
    assert press(person) is None and "cannot be reached" in person.told[-1]["content"]
