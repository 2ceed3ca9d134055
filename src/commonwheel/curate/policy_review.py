"""What can be said of a policy without any text: which of its rules can never decide."""

from fnmatch import fnmatchcase

from commonwheel.curate.policy import Policy, Rule


def shadowed(policy: Policy) -> list[tuple[str, str]]:
    """Rules that never decide, each with the rule before it that takes all that it names."""
    found = []
    for index, rule in enumerate(policy.rules):
        taker = next((before for before in policy.rules[:index] if _takes_all(before, rule)), None)
        if taker is not None:
            found.append((rule.id, taker.id))
    return found


def _takes_all(before: Rule, rule: Rule) -> bool:
    """Whether whatever fits `rule` fits `before`. A glob takes another one where it matches it as a text."""
    return (
        all(any(fnmatchcase(glob, taker) for taker in before.findings) for glob in rule.findings)
        and (before.side is None or before.side is rule.side)
        and _least(before) <= _least(rule)
        and _most(before) >= _most(rule)
    )


def _least(rule: Rule) -> tuple[float, bool]:
    """From which score on it fits, and whether only above it."""
    bounds = [(rule.at_least, False), (rule.above, True)]
    return max(((bound, strict) for bound, strict in bounds if bound is not None), default=(0.0, False))


def _most(rule: Rule) -> float:
    """Up to which score it fits."""
    return 2.0 if rule.below is None else rule.below
