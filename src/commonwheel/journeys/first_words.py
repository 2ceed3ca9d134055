"""How a record begins: what stands for it in a list."""

from collections.abc import Mapping
from typing import Any

from commonwheel.learn.attribution import answers_in, asked_in


def first_words(record: Mapping[str, Any], most: int) -> str:
    """Its title, or the first that is said in it, in one line of about `most` signs."""
    said = (text for text in (*asked_in(record), *answers_in(record)) if text.strip())
    words = " ".join(str(record.get("title") or next(said, "") or record.get("name") or "").split())
    return words if len(words) <= most else f"{words[:most].rpartition(' ')[0] or words[:most]}…"
