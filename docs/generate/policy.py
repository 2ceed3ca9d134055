"""The page of policies: the rules that ship, what detectors report, the shape of a policy file."""

import ast
import inspect
import re
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from docs.generate.markdown import code, page, prose, table
from docs.generate.shapes import shape


def policy_page() -> str:
    """The shape of a policy, the rules that ship, and what detectors report."""
    from commonwheel.curate.policy_files import load_policy, policy_schema

    schema = policy_schema()
    shapes = [shape(name, of) for name, of in {"Policy": schema, **schema["$defs"]}.items()]
    default, strict = load_policy("default"), load_policy("review-everything")
    assert strict.rules == default.rules and strict.floor is not None
    rules = table(
        ["rule", "findings", "score", "action", "reason"],
        [(rule.id, code(rule.findings), _score(rule), rule.action, rule.reason or "") for rule in default.rules],
    )
    return page(
        "Policy",
        _comment("default"),
        f"## The policy `{default.name}`, version {default.version}",
        f"The first rule that fits decides about a finding.\n\n{rules}",
        f"## The policy `{strict.name}`, version {strict.version}\n\n{_comment(strict.name)}",
        "## What detectors report\n\nA kind is dotted; its first word is the family.",
        table(
            ["detector", "what it looks at", "kinds"],
            [(name, what, code(sorted(of))) for name, what, of in kinds()],
        ),
        "## The shape of a policy file\n\n`commonwheel schema policy` prints it as JSON Schema.",
        *shapes,
    )


def _comment(policy: str) -> str:
    from importlib.resources import files

    text = (files("commonwheel.curate") / "policies" / f"{policy}.toml").read_text()
    opening = re.match(r"(?:#.*\n)+", text)
    assert opening is not None, policy
    return re.sub(r"^# ?", "", opening.group(), flags=re.M)


def _score(rule: Any) -> str:
    bounds = (("at least ", rule.at_least), ("above ", rule.above), ("below ", rule.below))
    return ", ".join(f"{word}{bound:g}" for word, bound in bounds if bound is not None) or "any"


def kinds() -> list[tuple[str, str, set[str]]]:
    """Every detector, what it looks at, and the kinds of findings it reports."""
    from commonwheel.curate import lexicon
    from commonwheel.curate.detectors import vendor_key
    from commonwheel.curate.detectors.vendor_key import keys as vendor_keys
    from commonwheel.curate.rubric import QUESTIONS
    from commonwheel.journeys import curate, repeats

    folder = import_module("commonwheel.curate.detectors")
    found = []
    for path in walk_packages(folder.__path__):
        module = import_module(f"{folder.__name__}.{path.name}")
        listed = {f"credential.{key.vendor}" for key in vendor_keys()} if module is vendor_key else set()
        listed |= {rule.kind for name in getattr(module, "LISTS", ()) for rule in lexicon.load(name).rules}
        # Where the kinds stand in modules beside, a detector of one kind bears its name.
        reported = _constants(module) | listed or {f"personal.{path.name}"}
        found.append((path.name, _opening(module), reported))
    scan = import_module("commonwheel.curate.detect")
    return [
        *found,
        ("any of them", "More candidates in one text than can be checked.", {"quality.dense"} & _constants(scan)),
        ("duplicates", "The same words, given before by anybody.", {"duplicate.exact"} & _constants(curate)),
        ("repeats", "What is seen beside other gifts: near duplicates, floods, bursts.", _constants(repeats)),
        ("judge", "What a judge says of what would pass, where the settings name one.", set(QUESTIONS)),
    ]


def _opening(module: ModuleType) -> str:
    return " ".join(prose(module).split("\n\n")[0].split())


_KIND = re.compile(r"(?:personal|credential|safety|sensitive|injection|duplicate|quality|language)\.[a-z_.]+")


def _constants(module: ModuleType) -> set[str]:
    nodes = ast.walk(ast.parse(inspect.getsource(module)))
    constants = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in constants if _KIND.fullmatch(text)}
