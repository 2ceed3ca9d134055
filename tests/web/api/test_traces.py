"""The door for traces: all dialects, both encodings, and nothing without consent."""

import base64
import gzip
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwheel.collect.otlp.dialects import said_in
from commonwheel.collect.otlp.interactions import traced
from commonwheel.collect.otlp.wire import Span, SpanEvent, spans_of_json, spans_of_protobuf
from commonwheel.errors import CommonwheelError, TooLarge
from commonwheel.people.tokens import TokenScope
from commonwheel.records.terms import TERMS
from tests.web.api.checked import Api

ASKED, SAID = "What is the capital of Australia?", "Sydney, its largest city."
CONSENT = {"commonwheel.consent": "terms-7", "commonwheel.license": "CC-BY-4.0", "commonwheel.scope": "instance"}


def value(of: Any) -> dict[str, Any]:
    """A value as OTLP writes it in JSON."""
    if isinstance(of, bool):
        return {"boolValue": of}
    if isinstance(of, int):
        return {"intValue": str(of)}
    if isinstance(of, float):
        return {"doubleValue": of}
    if isinstance(of, list):
        return {"arrayValue": {"values": [value(each) for each in of]}}
    if isinstance(of, dict):
        return {"kvlistValue": {"values": [{"key": key, "value": value(each)} for key, each in of.items()]}}
    return {"stringValue": of}


def pairs(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value(each)} for key, each in attributes.items()]


def request(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": list(spans)}]}]}


def span(number: int = 1, attributes: dict[str, Any] | None = None, **events: dict[str, Any]) -> dict[str, Any]:
    return {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "chat",
        "startTimeUnixNano": "1790000000000000000",
        "attributes": pairs(attributes or {}),
        "events": [{"name": name.replace("__", "."), "attributes": pairs(each)} for name, each in events.items()],
    }


CURRENT = {
    "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": ASKED}]}]),
    "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": SAID}]}]),
    "gen_ai.response.id": "resp-1",
    "gen_ai.request.model": "lark-8b",
    "gen_ai.usage.input_tokens": 12,
}
DIALECTS = {
    "today": span(attributes=CURRENT),
    "structured": span(
        attributes={
            "gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": ASKED}]}],
            "gen_ai.output.messages": [{"role": "assistant", "parts": [{"type": "text", "content": SAID}]}],
        }
    ),
    "numbered": span(
        attributes={
            "gen_ai.prompt.0.role": "user",
            "gen_ai.prompt.0.content": ASKED,
            "gen_ai.completion.0.content": SAID,
        }
    ),
    "events": span(
        gen_ai__user__message={"content": ASKED}, gen_ai__choice={"message": json.dumps({"content": SAID})}
    ),
    "content events": span(
        gen_ai__content__prompt={"gen_ai.prompt": json.dumps([{"role": "user", "content": ASKED}])},
        gen_ai__content__completion={"gen_ai.completion": json.dumps([{"content": SAID}])},
    ),
    "operation details": span(
        gen_ai__client__inference__operation__details={
            name: each for name, each in CURRENT.items() if "messages" in name
        }
    ),
    "openinference": span(
        attributes={
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": ASKED,
            "llm.output_messages.0.message.role": "assistant",
            "llm.output_messages.0.message.content": SAID,
            "llm.model_name": "lark-8b",
        }
    ),
}


def protobuf(body: dict[str, Any]) -> bytes:
    """The same request in the other encoding."""
    from google.protobuf.json_format import ParseDict
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    made = json.loads(json.dumps(body))
    for resource in made["resourceSpans"]:
        for each in (each for scope in resource["scopeSpans"] for each in scope["spans"]):
            for name in ("traceId", "spanId"):  # protobuf's own JSON writes bytes in base64
                each[name] = base64.b64encode(bytes.fromhex(each[name])).decode()
    return bytes(ParseDict(made, ExportTraceServiceRequest()).SerializeToString())


def post(api: Api, token: str, body: Any, **headers: str) -> Any:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json"} | {
        name.replace("_", "-"): each for name, each in headers.items()
    }
    return api.call("POST", "//v1/traces", token, content=sent, headers=headers)


@pytest.mark.parametrize("name", DIALECTS)
def test_all_ways_to_write_it_say_the_same(name: str) -> None:
    body = request(DIALECTS[name])
    for spans in (spans_of_json(json.dumps(body).encode()), spans_of_protobuf(protobuf(body))):
        assert said_in(spans[0]) == [{"role": "user", "content": ASKED}, {"role": "assistant", "content": SAID}]
        [found] = traced(spans[0])
        assert found.body["kind"] == "chat" and found.body["source"]["conversation"] == f"{1:032x}"
        assert found.body["source"]["created"].startswith("2026-09-2")


@pytest.mark.parametrize("encoding", ["json", "protobuf", "gzip"])
def test_an_answer_is_given_once_in_each_encoding(api: Api, encoding: str) -> None:
    token = api.token(TokenScope.CONTRIBUTE, subject=f"traced-{encoding}")
    number = {"json": 11, "protobuf": 12, "gzip": 13}[encoding]
    body: Any = request(span(number, CURRENT | CONSENT), span(number + 100, {"http.route": "/"}))
    headers = {}
    if encoding == "protobuf":
        body, headers = protobuf(body), {"content_type": "application/x-protobuf"}
    if encoding == "gzip":
        body, headers = gzip.compress(json.dumps(body).encode()), {"content_encoding": "gzip"}
    for _ in range(2):
        answer = post(api, token, body, **headers)
        assert answer.status_code == 200
        assert answer.content == (b"" if encoding == "protobuf" else b"{}")
    [mine] = api.call("GET", "/me/contributions", token).json()["items"]
    seen = api.call("GET", f"/contributions/{mine['id']}", token).json()
    assert seen["kind"] == "chat" and seen["given_content"]["source"]["model"] == "lark-8b"


def test_without_consent_nothing_is_kept(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE, subject="nobody agreed")
    answer = post(api, token, request(span(21, CURRENT)))
    assert answer.json()["partialSuccess"]["rejectedSpans"] == "1" and ASKED not in answer.text
    assert api.call("GET", "/me/contributions", token).json()["items"] == []
    wrong = post(api, token, request(span(22, CURRENT | CONSENT | {"commonwheel.license": "no such"})))
    assert wrong.json()["partialSuccess"]["rejectedSpans"] == "1"
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    told = post(api, token, protobuf(request(span(23, CURRENT))), content_type="application/x-protobuf")
    assert ExportTraceServiceResponse.FromString(told.content).partial_success.rejected_spans == 1


@pytest.mark.parametrize(
    "said",
    [
        {"commonwheel.consent": False},
        {"commonwheel.consent": ""},
        {"commonwheel.consent": "no", "commonwheel.license": "CC0-1.0"},
        {"commonwheel.consent": "False", "commonwheel.license": "CC0-1.0"},
        {"commonwheel.consent": True, "commonwheel.license": "CC0-1.0"},
        {"commonwheel.scope": "instance"},
        {"commonwheel.ai_pref": "train-ai=n"},
        {"commonwheel.purposes": "display"},
        CONSENT | {"commonwheel.scope": ["instance"]},
        CONSENT | {"commonwheel.purposes": []} | {"commonwheel.scope": "public"},
        CONSENT | {"commonwheel.purposes": {"display": True}},
        CONSENT | {"commonwheel.user": False},
        CONSENT | {"commonwheel.edit": ["Canberra."]},
    ],
    ids=str,
)
def test_what_is_no_yes_is_not_taken_for_the_token_s(api: Api, said: dict[str, Any]) -> None:
    terms = {"license": "CC0-1.0", "consent": {"version": "7", "given": True}}
    token = api.token(TokenScope.CONTRIBUTE, subject=f"said {said}", terms=TERMS.validate_python(terms))
    for encoded in ("json", "protobuf"):
        body = request(span(25, CURRENT | said))
        if encoded == "json":
            answer = post(api, token, body)
            assert answer.json()["partialSuccess"]["rejectedSpans"] == "1", answer.text
        else:
            post(api, token, protobuf(body), content_type="application/x-protobuf")
    assert api.call("GET", "/me/contributions", token).json()["items"] == []
    assert post(api, token, request(span(26, CURRENT))).json() == {}
    assert len(api.call("GET", "/me/contributions", token).json()["items"]) == 1


@pytest.mark.parametrize(
    "said", ['{"city":"Bern"}', '["a","b"]', '{"text":"x","more":"y"} ', '[{"type":"city","name":"Bern"}]', "[]"]
)
def test_an_answer_in_json_stays_as_it_was_said(said: str) -> None:
    for attributes, events in (
        ({"gen_ai.prompt.0.content": said, "gen_ai.completion.0.content": said}, {}),
        ({"llm.input_messages.0.message.content": said, "llm.output_messages.0.message.content": said}, {}),
        ({}, {"gen_ai__user__message": {"content": said}, "gen_ai__choice": {"content": said}}),
        (
            {},
            {
                "gen_ai__content__prompt": {"gen_ai.prompt": said},
                "gen_ai__content__completion": {"gen_ai.completion": said},
            },
        ),
    ):
        [read] = spans_of_json(json.dumps(request(span(1, attributes, **events))).encode())
        assert [(each["role"], each["content"]) for each in said_in(read)] == [("user", said), ("assistant", said)]


def test_parts_written_as_json_are_read_as_parts() -> None:
    parts = json.dumps([{"type": "text", "text": ASKED}, {"type": "image_url", "image_url": {"url": "x"}}])
    [read] = spans_of_json(json.dumps(request(span(1, {"gen_ai.prompt.0.content": parts}))).encode())
    assert said_in(read) == [{"role": "user", "content": ASKED}]


def test_ids_and_numbers_out_of_all_bounds_are_passed_over(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE, subject="bounds")
    odd = span(27, CURRENT | CONSENT | {"gen_ai.response.id": "r" * 100_000})
    for text in ("--5", "\u00b2", "9" * 30, ""):
        odd["attributes"].append({"key": f"odd.{len(text)}", "value": {"intValue": text}})
    assert post(api, token, request(odd)).json() == {}
    [mine] = api.call("GET", "/me/contributions", token).json()["items"]
    assert mine["kind"] == "chat"
    wide = json.loads(json.dumps(request(span(28, CURRENT | CONSENT))))
    wide["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"] = "ab" * 5_000
    post(api, token, protobuf(wide), content_type="application/x-protobuf")
    assert len(api.call("GET", "/me/contributions", token).json()["items"]) == 1


def test_a_request_of_too_many_events_is_refused() -> None:
    events = [{"name": "gen_ai.evaluation.result"}] * 5_001
    body = request(span(1) | {"events": events}, span(2) | {"events": events})
    with pytest.raises(TooLarge):
        spans_of_json(json.dumps(body).encode())


def test_terms_are_read_once_for_all_events() -> None:
    looked: list[str] = []

    class Counted(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            looked.append(name)
            return super().get(name, default)

    result = SpanEvent(
        name="gen_ai.evaluation.result",
        attributes={"gen_ai.evaluation.name": "r", "gen_ai.evaluation.score.value": 1},
    )
    attributes = Counted({"commonwheel.tags": "a,b", **CONSENT})
    assert (
        len(list(traced(Span(trace="a", span="b", name="", attributes=attributes, events=(result,) * 50)))) == 50
    )
    assert looked.count("commonwheel.tags") == 0 and looked.count("commonwheel.consent") == 1


def test_an_edit_becomes_a_correction(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE, subject="edits by traces")
    post(api, token, request(span(31, CURRENT | CONSENT | {"commonwheel.edit": "Canberra."})))
    [mine] = api.call("GET", "/me/contributions", token).json()["items"]
    body = api.call("GET", f"/contributions/{mine['id']}", token).json()["given_content"]
    assert (body["kind"], body["prompt"], body["original"], body["edited"]) == (
        "correction",
        ASKED,
        SAID,
        "Canberra.",
    )


@pytest.mark.parametrize("target", ["resp-41", f"{41:032x}", f"{41:016x}"])
@pytest.mark.parametrize("first", ["span", "feedback"])
def test_feedback_finds_its_answer_whenever_it_comes(api: Api, target: str, first: str) -> None:
    token = api.token(TokenScope.CONTRIBUTE, subject=f"feedback {target} {first}")
    terms = {"license": "CC-BY-4.0", "scope": "instance", "consent": {"version": "7", "given": True}}
    thumb = {"target": target, "name": "thumb", "value": False, "terms": terms}

    def traces() -> None:
        post(api, token, request(span(41, CURRENT | CONSENT | {"gen_ai.response.id": "resp-41"})))

    for step in (traces, None) if first == "span" else (None, traces):
        if step is None:
            for _ in range(2):  # a thumb that is pressed twice is two signals
                assert api.call("POST", "/feedback", token, json=thumb).status_code == 201
        else:
            step()
    items = api.call("GET", "/me/contributions", token).json()["items"]
    kinds = {each["id"]: each["kind"] for each in items}
    [chat] = [id for id, kind in kinds.items() if kind == "chat"]
    about = api.call("GET", f"/contributions/{chat}", token).json()["about"]
    assert len(about) == 2 and {kinds[id] for id in about} == {"signal"}
    assert api.call("GET", f"/contributions/{about[0]}", token).json()["about"] == [chat]


def test_an_evaluation_is_a_signal_about_the_answer(api: Api) -> None:
    token = api.token(TokenScope.CONTRIBUTE, subject="evaluations")
    result = {"gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.value": 0.25}
    post(api, token, request(span(51, CURRENT | CONSENT, gen_ai__evaluation__result=result)))
    items = api.call("GET", "/me/contributions", token).json()["items"]
    assert sorted(each["kind"] for each in items) == ["chat", "signal"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"\xff\xff\xff", {"content_type": "application/x-protobuf"}, 422),
        (b"not json", {}, 422),
        (b"[]", {}, 422),
        (b"{}", {"content_type": "text/plain"}, 415),
        (b"{}", {"content_encoding": "br"}, 422),
        (b"{}", {"content_encoding": "gzip"}, 422),
        (gzip.compress(b"{" + b" " * 20_000_000 + b"}"), {"content_encoding": "gzip"}, 413),
        (gzip.compress(b"{}")[:-9], {"content_encoding": "gzip"}, 422),
    ],
    ids=["no protobuf", "no json", "a list", "text", "brotli", "not packed", "a bomb", "cut short"],
)
def test_what_is_no_trace_is_refused(api: Api, body: bytes, headers: dict[str, str], status: int) -> None:
    assert post(api, api.token(TokenScope.CONTRIBUTE), body, **headers).status_code == status


def test_who_may_not_give_may_not_trace(api: Api) -> None:
    assert post(api, api.token(TokenScope.READ), request()).status_code == 403
    assert api.call("POST", "//v1/traces", None, json={}).status_code == 401


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)),
    max_leaves=20,
)
NAMES = st.sampled_from(
    ["resourceSpans", "scopeSpans", "spans", "attributes", "events", "key", "value", "stringValue", "traceId"]
)
REQUESTS = st.recursive(
    JSON,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=30,
)


@given(REQUESTS)
@settings(max_examples=300)
def test_no_request_breaks_the_reader(body: Any) -> None:
    with suppress(CommonwheelError):
        for each in spans_of_json(json.dumps(body).encode()):
            list(traced(each))


ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        [
            *CURRENT,
            *CONSENT,
            "commonwheel.edit",
            "commonwheel.tags",
            "gen_ai.prompt.0.content",
            "gen_ai.completion.0.content",
            "gen_ai.system_instructions",
            "llm.output_messages.0.message.content",
            "gen_ai.evaluation.name",
        ]
    ),
    st.one_of(JSON, st.sampled_from(['[{"role": 1}]', '[{"parts": {}}]', "[", "{}", SAID])),
    max_size=8,
)


@given(ATTRIBUTES, st.lists(st.tuples(st.sampled_from(["gen_ai.choice", "gen_ai.evaluation.result"]), ATTRIBUTES)))
@settings(max_examples=300)
def test_no_attribute_breaks_the_reader(attributes: Any, events: Any) -> None:
    happened = tuple(SpanEvent(name=name, attributes=each) for name, each in events)
    for each in traced(Span(trace="a", span="b", name="", attributes=attributes, events=happened)):
        json.dumps(each.body)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    with suppress(CommonwheelError):
        list(spans_of_protobuf(body))
