"""`python -m evaluate`: measure accuracy and write the page, or show one kind's misses."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evaluate import corpora, misses, ours
from evaluate.measuring import measure
from evaluate.others import INTERPRETER, others
from evaluate.page import page, targets
from evaluate.samples import Corpus, Seen

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "accuracy.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m evaluate", description=__doc__)
    parser.add_argument("--kind", action="append", help="measure only this kind; may be repeated")
    parser.add_argument("--misses", action="store_true", help="print each miss and each wrong finding of --kind")
    parser.add_argument("--at-least", type=float, default=ours.HIDDEN, help="scores that count for --misses")
    parser.add_argument("--python", type=Path, default=INTERPRETER, help="interpreter with the reference tools")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page is written")
    given = parser.parse_args(arguments)
    if given.misses:
        return _misses(given.kind or [], given.at_least)
    with others(given.python) as theirs:
        if theirs is None:
            print("The reference tools are not installed: their columns are missing.", file=sys.stderr)
        results = measure(theirs, given.kind or ())
    written = page(results)
    if given.kind:
        print(written)
    else:
        given.page.write_text(written, encoding="utf-8")
    missed = [f"missed: {what}: {figures}" for what, met, figures in targets(results) if not met]
    print("\n".join(missed) or "every target is met", file=sys.stderr)
    return 1 if missed else 0


def _misses(kinds: list[str], at_least: float) -> int:
    sets = [corpus for corpus in corpora.labeled() if not kinds or set(kinds) & set(corpus.kinds)]
    measured = [(corpus, _scanned(corpus)) for corpus in sets]
    for kind in kinds or sorted({kind for corpus in sets for kind in corpus.kinds}):
        ordinary = corpora.ordinary(kind)
        for line in misses.report([*measured, (ordinary, _scanned(ordinary))], kind, at_least):
            print(line)
    return 0


def _scanned(corpus: Corpus) -> list[list[Seen]]:
    return list(ours.scan(sample.text for sample in corpus.samples))


if __name__ == "__main__":
    sys.exit(main())
