"""Somebody changes the words of what they are about to give. What they hid stays hidden, wherever it is moved."""

import re
from collections.abc import Mapping
from dataclasses import replace

from commonwheel.collect.payloads import check_body
from commonwheel.curate.labels import PLACEHOLDER
from commonwheel.errors import Invalid
from commonwheel.journeys.drafts import Draft, own_labels, to_give
from commonwheel.records.body import map_texts, texts

_MESSAGE = r"(?:messages|prompt|candidates)/[0-9]+/(?:content(?:/[0-9]+/text)?|reasoning)"
_WORDS = re.compile(
    rf"/(?:title|note|reason|rubric|prompt|original|edited|ideal|answer|(?:tests|steps)/[0-9]+|{_MESSAGE}|detail/[^#]+)"
)
"""Where words stand that somebody wrote; names of models, tools and files are not changed here."""
_QUOTED = re.compile(r"/(?:prompt|original)\b.*")
_OPTIONAL = re.compile(r"/(?:title|note|reason|rubric|detail/why|.*/reasoning)")
_EMPTY = "A text is empty: write something, or drop its message on the page before."
_LINE_END = re.compile(r"\r\n?")


def words_of(draft: Draft) -> dict[str, str]:
    """What can be changed, by its pointer; labels stand for what its giver hides.

    An answer to a failure keeps the question and the answer that it quotes.
    """
    written = {
        pointer: text
        for pointer, text in texts(draft.body)
        if _WORDS.fullmatch(pointer) and not (draft.answers and _QUOTED.fullmatch(pointer))
    }
    covered = dict(texts(to_give(replace(draft, dropped=()))))
    return {pointer: covered[pointer] for pointer in written}


def reworded(draft: Draft, said: Mapping[str, str]) -> Draft:
    """The draft with these words at their pointers; Invalid where one is empty, or no record is left."""
    # A form sends other line ends than it was given: what was not changed stays as it was written.
    changed = {
        pointer: _uncovered(draft, said[pointer])
        for pointer, text in words_of(draft).items()
        if pointer in said and said[pointer] != _LINE_END.sub("\n", text)
    }
    empty = [at for at, text in changed.items() if not text.strip() and not _OPTIONAL.fullmatch(at)]
    if empty:
        raise Invalid([(at, _EMPTY) for at in empty])
    body = map_texts(draft.body, lambda pointer, text: changed.get(pointer, text))
    return replace(draft, body=check_body(body), left=() if changed else draft.left)


def _uncovered(draft: Draft, text: str) -> str:
    """With the hidden words themselves, so that they are hidden as before."""
    numbers = own_labels(draft)

    def words(match: re.Match[str]) -> str:
        number = numbers.get(match[0])
        return match[0] if number is None else draft.hidden[number - 1]

    return PLACEHOLDER.sub(words, text)
