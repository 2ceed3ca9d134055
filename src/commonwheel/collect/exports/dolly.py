"""Instructions as Dolly has them: `instruction`, `context`, `response` and `category`."""

from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, one_by_one


def _is_instruction(row: Row) -> bool:
    return isinstance(row.get("instruction"), str) and isinstance(row.get("response"), str)


def _example(row: Row) -> Row | str:
    if not _is_instruction(row):
        return "/instruction or /response is not text"
    context, category = row.get("context"), row.get("category")
    prompt = row["instruction"] + (f"\n\n{context}" if isinstance(context, str) and context.strip() else "")
    body: Row = {"kind": "example", "prompt": prompt, "ideal": row["response"]}
    return body | ({"tags": [category[:100]]} if isinstance(category, str) and category else {})


READER = Reader(
    name="dolly",
    title="Dolly",
    reads="Each instruction, with its context, and its response as an example; the category is a tag.",
    leaves="Other columns.",
    recognizes=any_object(_is_instruction),
    read=one_by_one(_example),
)
