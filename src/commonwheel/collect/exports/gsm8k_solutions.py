"""GSM8K's model solutions: a question, its true solution, and what several models made of it, judged.

Each line is `{"question", "ground_truth", <model>: {"is_correct", "solution"}, …}`. It becomes

- a trace of every solution: the true one (good) and each model's (good or fail),
- a correction of each false solution into the true one,
- a preference of a model's right solution over a wrong one, where both exist: each wrong solution once,
  the right ones taking turns.

A solution's last line, `A: 18`, is the answer, and the lines before it are the steps; where a model
never came to an answer, the last line stands for it. Calculator annotations (`<<16-3=13>>`) repeat the
sum beside them for a machine that computes while it writes; readers stumble over them, so they go.
Format: https://github.com/openai/grade-school-math
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from commonwheel.collect.items import Item, Reader, Row, Skipped, made
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import any_object, objects
from commonwheel.records.terms import Terms

_ANNOTATION = re.compile(r"<<[^<>\n]*(?:>>|\Z)")
"""Also one that is cut off with the text."""
_ANSWER = "A: "
_COMMON: Row = {"language": "en", "tags": ["math", "gsm8k"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    """What one model wrote, or the true solution where there is no model."""

    text: str
    right: bool
    model: str | None = None


def _is_solved(row: Row) -> bool:
    return isinstance(row.get("question"), str) and isinstance(row.get("ground_truth"), str) and bool(_judged(row))


def _judged(row: Row) -> dict[str, Row]:
    return {key: value for key, value in row.items() if isinstance(value, dict) and "is_correct" in value}


def _read(source: Source, defaults: Terms | None) -> Iterator[Item]:
    for found in objects(source):
        if isinstance(found, Skipped):
            yield found
            continue
        where, row = found
        question, truth = row.get("question"), row.get("ground_truth")
        if not (isinstance(question, str) and isinstance(truth, str)):
            yield Skipped(where=where, why="/question or /ground_truth is not text")
            continue
        solutions, unreadable = _solutions(row)
        if unreadable:
            yield Skipped(where=where, why=f"{unreadable} of its solutions without a text or a judgment")
        for body in _bodies(question, _Solution(text=_prose(truth), right=True), solutions):
            yield made({**_COMMON, **body}, where, defaults)


def _solutions(row: Row) -> tuple[list[_Solution], int]:
    """The models' solutions in the file's order, and how many could not be read."""
    judged = _judged(row)
    found = [
        _Solution(text=_prose(value["solution"]), right=value["is_correct"], model=model)
        for model, value in judged.items()
        if isinstance(value.get("solution"), str) and isinstance(value["is_correct"], bool)
    ]
    return found, len(judged) - len(found)


def _bodies(question: str, truth: _Solution, solutions: list[_Solution]) -> Iterator[Row]:
    for solution in [truth, *solutions]:
        yield _trace(question, solution)
    right = [solution for solution in solutions if solution.right]
    wrong = [solution for solution in solutions if not solution.right]
    for number, solution in enumerate(wrong):
        yield {
            "kind": "correction",
            "prompt": question,
            "original": solution.text,
            "edited": truth.text,
            "source": {"model": solution.model},
        }
        if right:
            better = right[number % len(right)]
            yield {
                "kind": "preference",
                "prompt": question,
                "candidates": [{"content": each.text, "model": each.model} for each in (better, solution)],
                "chosen": 0,
            }


def _trace(question: str, solution: _Solution) -> Row:
    *steps, last = solution.text.split("\n")
    return {
        "kind": "trace",
        "prompt": question,
        "steps": steps,
        "answer": last.removeprefix(_ANSWER),
        "assessment": "good" if solution.right else "fail",
        "source": {"model": solution.model},
    }


def _prose(solution: str) -> str:
    return _ANNOTATION.sub("", solution).strip()


READER = Reader(
    name="gsm8k-solutions",
    title="GSM8K's model solutions",
    reads="Solutions as traces, false ones beside the true one as corrections, right beside wrong as preferences.",
    leaves="Calculator annotations.",
    recognizes=any_object(_is_solved),
    read=_read,
)
