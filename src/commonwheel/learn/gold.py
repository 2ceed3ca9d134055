"""Gold pairs out of contributions: what was chosen over what, for the same prompt."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from commonwheel.records.body import Body, messages_of, plain_text
from commonwheel.records.contribution import Assessment
from commonwheel.records.gold import GoldPair, trace_text


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
            origin=body["kind"],
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
    messages = messages_of(body.get("prompt") or [])
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
