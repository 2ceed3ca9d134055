"""Instructions as Alpaca has them: `instruction`, `input` and `output`."""

from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, one_by_one


def _is_instruction(row: Row) -> bool:
    return isinstance(row.get("instruction"), str) and isinstance(row.get("output"), str)


def _example(row: Row) -> Row | str:
    if not _is_instruction(row):
        return "/instruction or /output is not text"
    given = row.get("input")
    prompt = row["instruction"] + (f"\n\n{given}" if isinstance(given, str) and given.strip() else "")
    messages = [{"role": "user", "content": prompt}]
    if isinstance(row.get("system"), str) and row["system"].strip():
        messages.insert(0, {"role": "system", "content": row["system"]})
    return {"kind": "example", "prompt": messages if len(messages) > 1 else prompt, "ideal": row["output"]}


READER = Reader(
    name="alpaca",
    title="Alpaca",
    reads="Each instruction, with its input, and its output as an example.",
    leaves="Other columns.",
    recognizes=any_object(_is_instruction),
    read=one_by_one(_example),
)
