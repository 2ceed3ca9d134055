"""Our own benchmark of failures, `fail-suite`: what was asked, the answer that failed, and a better one."""

from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, one_by_one


def _is_failure(row: Row) -> bool:
    return isinstance(row.get("prompt"), list) and isinstance(row.get("failed"), str) and "better" in row


def _failure(row: Row) -> Row | str:
    if not _is_failure(row):
        return "/prompt is not a list, or /failed is not text"
    source = {"source": {"model": row["model"]}} if row.get("model") else {}
    language = {"language": row["language"]} if row.get("language") else {}
    if row["better"] is not None:
        body: Row = {
            "kind": "correction",
            "prompt": row["prompt"],
            "original": row["failed"],
            "edited": row["better"],
        }
        body |= {"reason": row["note"]} if row.get("note") else {}
    else:
        failed = {"role": "assistant", "content": row["failed"]}
        labels = {str(len(row["prompt"])): "fail"}
        body = {"kind": "chat", "messages": [*row["prompt"], failed], "assessment": "fail", "labels": labels}
        body |= {"note": row["note"]} if row.get("note") else {}
    return body | source | language


READER = Reader(
    name="fail-suite",
    title="Our own export of failures",
    reads="A failure with a better answer as a correction, one without as a chat that failed, under the license "
    "that it carries.",
    leaves="Ids and places.",
    recognizes=any_object(_is_failure),
    read=one_by_one(_failure),
)
