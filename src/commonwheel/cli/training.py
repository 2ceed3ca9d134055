"""`commonwheel train`, `evaluate`, `models`, `promote` and `revert`: from gold to the model that serves."""

import signal
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import Progress, count, json_option, say, table, tell

if TYPE_CHECKING:
    from commonwheel.records.model import Model, Step

_BY = "operator"


class ModelNumber(click.ParamType[int]):
    """A model as people write it: m12, or 12."""

    name = "model"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Its number."""
        text = str(value).removeprefix("m")
        if not (text.isascii() and text.isdigit()):
            self.fail(f"{value} is no model: write m12, or 12.", param, ctx)
        return int(text)


_MODEL = click.argument("model", type=ModelNumber())


@click.command("train")
@click.option(
    "--if-due", is_flag=True, help="Only if the gold policy's trigger says so, or a run was interrupted."
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be trained, on how much, and how long it should take."
)
@json_option
def train_command(if_due: bool, dry_run: bool, as_json: bool) -> None:
    """Train a model by the recipe, measure it, and let the gate decide. Ctrl-C stops it; it goes on next time."""
    from commonwheel.journeys.plan_training import plan_training
    from commonwheel.journeys.train import train, train_if_due

    stop = Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with opened() as app:
        if dry_run:
            facts = plan_training(app.world).facts()
            tell(facts, as_json, *_planned(facts))
            return
        progress = Progress()

        def show(step: "Step") -> None:
            loss = step.values.get("loss")
            progress(f"Step of {step.of:,}" + (f", loss {loss:.4f}" if loss is not None else ""), step.step)

        try:
            if if_due:
                model = train_if_due(app.world, by=_BY, stop=stop, tell=show)
            else:
                model = train(app.world, by=_BY, stop=stop, tell=show)
        finally:
            progress.done()
        if model is None:
            facts = plan_training(app.world).facts()
            tell({"model": None} | facts, as_json, "No run is due:", *(f"  {why}." for why in facts["not_due"]))
            return
        _tell_model(model, as_json)


def _planned(facts: dict[str, Any]) -> list[str]:
    start = "the base" if facts["starts_from"] is None else f"m{facts['starts_from']}"
    lasts = (
        "unknown, as no run of this recipe has ended" if facts["seconds"] is None else f"{facts['seconds']:.0f} s"
    )
    return [
        f"{facts['recipe']} ({facts['method']}) on {facts['base']}, {facts['base_license']}, starting from {start}"
        + (f": {facts['why_from_base']}." if facts["why_from_base"] else "."),
        f"To train on: {count(facts['train'], 'pair')}; held out: {facts['held_out']:,}.",
        *(f"  left out: {number:,}, {reason}" for reason, number in facts["left_out"].items()),
        *(f"  the gate needs {number:,} items of {measure}" for measure, number in facts["needed"].items()),
        f"It should take: {lasts}.",
        "It is due." if facts["due"] else "It is not due:",
        *(f"  {why}." for why in facts["not_due"]),
    ]


@click.command("evaluate")
@_MODEL
@click.option(
    "--groups", help="Estimate instead what each language, door, origin, month or change of gifts did for it."
)
@json_option
def evaluate_command(model: int, groups: str | None, as_json: bool) -> None:
    """Measure a model beside the one that serves, and ask the gate anew. Nothing is promoted by it.

    With --groups it is trained anew without each large group: that takes as many runs.
    """
    from commonwheel.journeys.evaluate_model import evaluate
    from commonwheel.journeys.impact import impact

    with opened() as app:
        if groups is None:
            _tell_model(evaluate(app.world, model), as_json)
            return
        done = impact(app.world, model, groups, lambda name: None if as_json else say(f"Without {name} …"))
    found = (done.report or {})["impact"][groups]
    rows = [
        (name, f"{each['difference']:+.3f}", _bounds(each), f"{each['pairs']} pairs of {each['people']} people")
        for name, each in found.items()
    ]
    tell(found, as_json, "What each did for the model's accuracy, by training it anew without:", *table(rows))


def _bounds(each: dict[str, Any]) -> str:
    """An interval, where there is one."""
    if each["low"] is None or each["high"] is None:
        return "too few people to say more"
    return f"[{each['low']:+.3f}, {each['high']:+.3f}]"


@click.command("models")
@click.argument("model", type=ModelNumber(), required=False)
@json_option
def models_command(model: int | None, as_json: bool) -> None:
    """List all models, or show one: what it was made of, how it was measured, and what became of it."""
    from commonwheel.journeys.lineage import all_models, model_view

    with opened() as app:
        if model is not None:
            view = model_view(app.world, model)
            tell(view, as_json, *_shown(view))
            return
        views = all_models(app.world)
    rows = [
        (each["name"], each["state"], each["made"][:16].replace("T", " "), each["recipe"],
         count(each["trained"], "pair"), f"gold {each['gold']}", _answer(each), _accuracy(each))
        for each in views
    ]  # fmt: skip
    tell(
        views,
        as_json,
        *(table(rows) or ["There is no model yet: 'commonwheel train --dry-run' says what is missing."]),
    )


@click.command("promote")
@_MODEL
@click.option("--anyway", is_flag=True, help="Though the gate does not let it pass; --why is needed.")
@click.option("--why", default="", help="The reason, kept with the model.")
@json_option
def promote_command(model: int, anyway: bool, why: str, as_json: bool) -> None:
    """Let a candidate serve. The model that served before is superseded and can come back."""
    from commonwheel.journeys.promote import promote

    with opened() as app:
        _tell_model(promote(app.world, model, _BY, why, anyway=anyway), as_json)


@click.command("revert")
@click.option("--why", default="", help="The reason, kept with the model.")
@json_option
def revert_command(why: str, as_json: bool) -> None:
    """Take the last promotion back: the model before serves again, or the base."""
    from commonwheel.journeys.promote import revert

    with opened() as app:
        done = revert(app.world, _BY, why)
    serves = None if done.now is None else done.now.number
    facts = {"reverted": done.before.number, "serves": serves, "untold": list(done.untold)}
    lines = [f"{done.before.name} is reverted. {'The base' if done.now is None else done.now.name} serves."]
    lines += [f"  not told: {each}" for each in done.untold]
    tell(facts, as_json, *lines)


def _tell_model(model: "Model", as_json: bool) -> None:
    from commonwheel.journeys.lineage import in_short

    view = in_short(model)
    tell(view, as_json, *_shown(view))


def _shown(view: dict[str, Any]) -> list[str]:
    start = "the base" if view["start"] is None else f"m{view['start']}"
    lines = [
        f"{view['name']} is {view['state']}: {view['recipe']} on {view['base']['model']}, from {start}, "
        f"{count(view['trained'], 'pair')} of gold {view['gold']}, {view['held_out']:,} held out.",
        *(f"  left out: {number:,}, {reason}" for reason, number in view["left_out"].items()),
    ]
    if view.get("taken_back"):
        lines.append(f"  {view['taken_back']:,} of the pairs that it learned from were taken back since")
    if view["report"]:
        lines += list(reported(view["report"]))
    lines += [
        f"  {each['at'][:16].replace('T', ' ')}  {each['what']}" + (f": {each['why']}" if each["why"] else "")
        for each in view["history"]
    ]
    return lines


def reported(report: dict[str, Any]) -> list[str]:
    """A report in lines: the gate's answer, and what each rule says."""
    against = "the base" if report["against"] is None else f"m{report['against']}"
    lines = [f"  Gate {report['gate']['policy']}, beside {against}: {report['gate']['answer']}"]
    for each in report["gate"]["outcomes"]:
        bounds = "" if each["low"] is None else f" [{each['low']:+.3f}, {each['high']:+.3f}]"
        lines.append(
            f"    {each['measure']}: {each['answer']}, {each['reason']} "
            f"({each['difference']:+.3f}{bounds}, {count(each['items'], 'item')})"
        )
    return lines


def _answer(view: dict[str, Any]) -> str:
    return view["report"]["gate"]["answer"] if view["report"] else ""


def _accuracy(view: dict[str, Any]) -> str:
    measured = (view["report"] or {"measures": {}})["measures"].get("preference_accuracy")
    if not measured or measured["candidate"] is None:
        return ""
    return f"{measured['incumbent']:.3f} → {measured['candidate']:.3f}"
