"""The page of detectors: what each finds, how it decides, where in the world, and what it is known to miss."""

from docs.generate.markdown import code, page, table
from docs.generate.policy import kinds


def detectors_page() -> str:
    """One section for each detector, from what it says about itself."""
    from commonwheel.curate.detectors import DETECTORS
    from commonwheel.curate.scan import Detector

    of = {name: found for name, _, found in kinds()}

    def section(detector: Detector) -> str:
        about = detector.about
        rows = [("finds", about.finds), ("how", about.how), ("where", about.where)]
        rows += [("misses", about.misses)] if about.misses else []
        rows.append(("kinds", code(sorted(of[detector.name]))))
        said = list(dict.fromkeys((pattern.rule, pattern.says) for pattern in detector.patterns if pattern.says))
        shown = table(["rule", "what a person is told"], [(f"`{rule}`", says) for rule, says in said])
        return f"## {detector.name}\n\nVersion {detector.version}.\n\n{table(['', ''], rows)}" + (
            f"\n\n{shown}" if said else ""
        )

    index = table(
        ["detector", "finds"],
        [(f"[`{each.name}`](#{each.name})", each.about.finds) for each in DETECTORS],
    )
    return page("Detectors", _DETECTORS, index, *map(section, DETECTORS))


_DETECTORS = """
Detectors look, and never change a word. Each finding has a kind, a place, and a score between 0 and 1 that is
meant as a probability; a [policy](policy.md) says what follows from it. How often they are right is measured in
[accuracy](accuracy.md).

One scan over all texts of a record names the patterns that could match at all; Python's own `re` then decides
where they do, and checksums, parsers and the words near by decide whether it counts. Context reaches across
messages, so a number may be named in one and given in the next.

What stands in images, sound and other files is read by no detector: such records go to a person.
"""
