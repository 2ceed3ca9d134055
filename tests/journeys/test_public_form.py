"""What becomes public of files, of calls and of what is replaced otherwise, on every way to it."""

import base64
import json
from dataclasses import replace
from typing import Any

from commonwheel.collect.payloads import read_contribution
from commonwheel.curate.labels import DROPPED
from commonwheel.curate.policy import Redaction
from commonwheel.journeys.preview import preview
from commonwheel.journeys.public_form import nothing_unsaid
from commonwheel.journeys.review import Decision, Ruling, decide_item, item, queue, take_down
from commonwheel.ports import Detection
from commonwheel.records.contribution import AnyContribution
from commonwheel.records.findings import Reason, Style
from commonwheel.records.states import State
from tests.curate.files import SECRET, jpeg
from tests.worlds import TERMS_GIVEN, Instance

BARE: dict[str, Any] = {"note": None, "tags": None, "assessment": None}
"""Nothing beside."""
PHOTO = base64.b64encode(jpeg()).decode()
FILE: dict[str, Any] = {
    "kind": "bundle",
    "messages": [{"role": "user", "content": "What is in this picture of a lake?"}],
    "attachments": [{"name": "a.jpg", "media_type": "image/jpeg", "data": PHOTO}],
}
CALL = {
    "id": "c1",
    "type": "function",
    "function": {"name": "send", "arguments": json.dumps({"to": "zeb@nebelhorn.ch", "say": "I am late."})},
}
CALLING: dict[str, Any] = {
    "kind": "chat",
    "title": "A mail to zeb@nebelhorn.ch",
    "messages": [
        {"role": "user", "content": "Please tell them that I am late for dinner."},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
    ],
}


def as_given(**fields: Any) -> AnyContribution:
    return read_contribution(json.dumps({"terms": TERMS_GIVEN} | fields).encode())


def test_a_picture_is_public_without_what_is_written_about_it(embedded: Instance) -> None:
    ann, rita = embedded.person("ann"), embedded.reviewer()
    shown = preview(embedded.world, ann, as_given(**FILE))
    id = embedded.given(ann, **(FILE | BARE))
    assert embedded.state(id) is State.QUARANTINED
    [question] = queue(embedded.world, rita, 0, 10)[0]
    looked_at = item(embedded.world, rita, question["item"])
    decide_item(embedded.world, rita, question["item"], question["version"], Ruling(decision=Decision.PASS))
    public = embedded.view(ann, id)["public_content"]
    assert looked_at["would_publish"] == shown["would_publish"] == public
    data = base64.b64decode(public["attachments"][0]["data"])
    assert SECRET not in data and data.startswith(b"\xff\xd8")


def test_a_call_is_public_as_json_with_placeholders(embedded: Instance) -> None:
    ann = embedded.person("ann")
    id = embedded.given(ann, **(CALLING | BARE))
    public = embedded.view(ann, id)["public_content"]
    assert public["title"] == "A mail to ⟨email-1⟩"
    arguments = public["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(arguments) == {"to": "⟨email-1⟩", "say": "I am late."}
    embedded.cut()


def test_a_policy_says_how_values_are_replaced(embedded: Instance) -> None:
    for style, said in (
        (Style.MASK, "•••@•••••••••.••"),
        (Style.SURROGATE, "@example.org"),
        (Style.DROP, DROPPED),
    ):
        redactions = (Redaction(findings=("personal.email",), style=style),)
        policy = replace(embedded.world.policy, redactions=redactions)
        here = replace(embedded, world=replace(embedded.world, policy=policy))
        ann = here.person("ann")
        fields = CALLING | {"note": f"A {style} of it."}
        shown = preview(here.world, ann, as_given(**fields))
        public = here.view(ann, here.given(ann, **(BARE | fields)))["public_content"]
        assert shown["would_publish"] == public and said in str(public) and "zeb@" not in str(public)
        assert {bar["style"] for bar in shown["bars"]} == {style}


def test_what_was_released_and_taken_down_can_be_looked_at_again(embedded: Instance) -> None:
    ann, rita = embedded.person("ann"), embedded.reviewer()
    id = embedded.given(ann, **(CALLING | BARE))
    embedded.cut()
    embedded.finish()  # the original is dropped
    take_down(embedded.world, rita, id, Reason.REPORTED)
    [question] = queue(embedded.world, rita, 0, 10)[0]
    looked_at = item(embedded.world, rita, question["item"])
    assert looked_at["would_publish"] == looked_at["content"] and looked_at["bars"] == []
    ruling = Ruling(decision=Decision.PASS, words=("dinner",))
    decide_item(embedded.world, rita, question["item"], question["version"], ruling)
    public = embedded.view(ann, id)["public_content"]
    assert public["title"] == "A mail to ⟨email-1⟩" and "dinner" not in str(public)


def test_where_a_check_broke_off_a_person_is_told_of_every_file() -> None:
    broken = nothing_unsaid(FILE, Detection(failed=("process",)))
    assert [(each.kind, each.pointer) for each in broken.findings] == [("quality.metadata", "/attachments/0/data")]
    assert nothing_unsaid(FILE, Detection()) == Detection()
    cleaned = Detection(timed_out=("scan",), cleaned={"/attachments/0/data": ""})
    assert nothing_unsaid(FILE, cleaned) == cleaned
