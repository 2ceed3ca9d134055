"""Gold pairs out of contributions: what was chosen over what, for the same prompt."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from commonwheel.records.body import Body, messages_of, plain_text
from commonwheel.records.contribution import Assessment
from commonwheel.records.gold import INFERRED, GoldPair, trace_text


def pairs_from(id: str, body: Body, similarity: float | None = None) -> list[GoldPair]:
    """The pairs that one contribution gives: a correction one, a preference one per answer not chosen.

    Sides that are empty, the same, or not text alone give no pair: training on them teaches nothing,
    and trainers do not notice. `similarity` is that of a correction's two sides, where it is known.
    """
    prompt = _prompt(body)
    if prompt is None:
        return []
    model = None
    if body["kind"] == "correction":
        sides = [(body["edited"], body["original"])]
    elif body["kind"] == "preference":
        sides = list(_choices(body))
        similarity = None
        model = body["candidates"][body["chosen"]].get("model") if sides else None
    else:
        return []
    return [
        GoldPair(
            origin=INFERRED if body.get("inferred") else body["kind"],
            contribution=id,
            rejected_from=id,
            prompt=prompt,
            chosen=chosen,
            rejected=rejected,
            similarity=similarity,
            model=model,
        )
        for chosen, rejected in sides
        if _differ(chosen, rejected)
    ]


def singles_from(id: str, body: Body) -> list[GoldPair]:
    """What one contribution says of one answer alone: an ideal one, right reasoning, or a thumb up or down.

    A thumb down says that a model failed, and not what was right: its answer is a rejected side without a chosen
    one.
    """
    if body["kind"] == "example":
        found = _single(id, body.get("prompt"), "example", chosen=body["ideal"])
    elif body["kind"] == "trace" and is_right(body):
        found = _single(id, body["prompt"], "rationale", chosen=trace_text(body["steps"], body["answer"]))
    elif body["kind"] == "chat" and (is_right(body) or is_wrong(body)):
        *prompt, last = body["messages"]
        said = last["content"] if last["role"] == "assistant" and _is_text(last["content"]) else ""
        up, text = is_right(body), plain_text(said)
        found = _single(
            id,
            prompt,
            "thumb_up" if up else "thumb_down",
            chosen=text if up else "",
            rejected="" if up else text,
            model=last.get("model"),
        )
    else:
        found = None
    return [] if found is None else [found]


def _single(
    id: str, asked: Any, origin: str, *, chosen: str = "", rejected: str = "", model: str | None = None
) -> GoldPair | None:
    """One side for a prompt; None where the prompt is not text alone, or the side is empty."""
    prompt = _text_messages(messages_of(asked or []))
    if prompt is None or not (chosen.strip() or rejected.strip()):
        return None
    return GoldPair(
        origin=origin,
        contribution=id,
        rejected_from=id,
        prompt=prompt,
        chosen=chosen,
        rejected=rejected,
        model=model,
    )


def trace_pair(good: tuple[str, Body], fail: tuple[str, Body]) -> GoldPair | None:
    """The pair of a right and a wrong trace, each with its id.

    None unless they answer the same prompt, one is assessed good and the other fail, and they differ.
    """
    (good_id, good_body), (fail_id, fail_body) = good, fail
    prompt = _prompt(good_body) if good_body["kind"] == fail_body["kind"] == "trace" else None
    if prompt is None or not (is_right(good_body) and is_wrong(fail_body)):
        return None
    if prompt_fingerprint(good_body) != prompt_fingerprint(fail_body):
        return None
    chosen = trace_text(good_body["steps"], good_body["answer"])
    rejected = trace_text(fail_body["steps"], fail_body["answer"])
    if not _differ(chosen, rejected):
        return None
    return GoldPair(
        origin="trace",
        contribution=good_id,
        rejected_from=fail_id,
        prompt=prompt,
        chosen=chosen,
        rejected=rejected,
    )


def is_right(body: Body) -> bool:
    """Whether its giver found the answer good."""
    return body.get("assessment") == Assessment.GOOD


def is_wrong(body: Body) -> bool:
    """Whether its giver found that the answer fails."""
    return body.get("assessment") == Assessment.FAIL


def prompt_fingerprint(body: Body) -> bytes:
    """32 bytes that are the same for traces of the same question, whatever their spacing.

    Roles and texts count, in NFC and with runs of white space as one; so do the parts that are not
    text. A plain hash of a short prompt can be guessed: keep it as private as the prompt.
    """
    return fingerprint_of(messages_of(body["prompt"]))


def fingerprint_of(prompt: Sequence[Mapping[str, Any]]) -> bytes:
    """The same of messages."""
    hashed = sha256()
    for message in prompt:
        parts = message["content"] if isinstance(message["content"], list | tuple) else ()
        others = [repr(sorted(part.items())) for part in parts if part["type"] != "text"]
        others += [repr(call["function"]) for call in message.get("tool_calls") or ()]
        for piece in (message["role"], _plain(plain_text(message["content"])), *others):
            encoded = piece.encode()
            hashed.update(len(encoded).to_bytes(8, "big") + encoded)
    return hashed.digest()


def _prompt(body: Body) -> list[dict[str, Any]] | None:
    """The prompt as messages of text; None where there is none, or a part that text cannot stand for."""
    return _text_messages(messages_of(body.get("prompt") or []))


def _text_messages(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    if not messages or not all(_is_text(m["content"]) and not m.get("tool_calls") for m in messages):
        return None
    return [{"role": message["role"], "content": plain_text(message["content"])} for message in messages]


def _choices(body: Body) -> Iterator[tuple[str, str]]:
    """The chosen answer against each other one; none where `chosen` points past the answers."""
    candidates = body["candidates"]
    if body["chosen"] >= len(candidates) or not _is_text(candidates[body["chosen"]]["content"]):
        return
    chosen = plain_text(candidates[body["chosen"]]["content"])
    for index, candidate in enumerate(candidates):
        if index != body["chosen"] and _is_text(candidate["content"]):
            yield chosen, plain_text(candidate["content"])


def _is_text(content: Any) -> bool:
    return isinstance(content, str) or (content is not None and all(part["type"] == "text" for part in content))


def _differ(chosen: str, rejected: str) -> bool:
    one, other = (unicodedata.normalize("NFC", side).strip() for side in (chosen, rejected))
    return bool(one and other) and one != other


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
