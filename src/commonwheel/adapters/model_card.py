"""A model's card in the hub's format, and its publication."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commonwheel.errors import Misconfigured, Unavailable

_MEASURES = {
    "preference_accuracy": "Preference accuracy on held-out pairs",
    "safety": "Safety suite",
    "regression": "Knowledge suite",
    "failures": "Distance from reported failures",
    "win_rate": "Win rate by a judge",
    "harness": "Tasks of lm-eval",
}


def model_card(view: Mapping[str, Any], commons: str, url: str) -> str:
    """The card of a model, from what anybody may know of it (`journeys.lineage.model_view`)."""
    try:
        from huggingface_hub import EvalResult, ModelCardData
    except ImportError:
        raise Misconfigured("A model's card needs the extra: install commonwheel[train].") from None
    measures = (view["report"] or {"measures": {}})["measures"]
    results = [
        EvalResult(
            task_type="text-generation",
            dataset_type=f"{commons}-held-out",
            dataset_name=f"Held out of gold {view['gold']}",
            metric_type=name,
            metric_name=_MEASURES[name],
            metric_value=each["candidate"],
        )
        for name, each in measures.items()
        if name in _MEASURES and each["candidate"] is not None
    ]
    data = ModelCardData(
        model_name=f"{commons}-{view['name']}",
        base_model=view["base"]["model"],
        library_name="peft",
        license=view["base"]["license"].lower(),
        language=sorted({tag.partition("-")[0] for tag in view["made_of"]["language"]} - {"und"}) or None,
        datasets=[f"{commons}-gold-{view['gold']}"],
        tags=["commonwheel", "lora", view["method"]],
        eval_results=results or None,
        pipeline_tag="text-generation",
    )
    return f"---\n{data.to_yaml()}\n---\n\n{_body(view, commons, url)}"


def _body(view: Mapping[str, Any], commons: str, url: str) -> str:
    base, made = view["base"], view["made_of"]
    parts = [
        f"# {commons}-{view['name']}",
        f"An adapter (LoRA, `{view['method']}`) for {base['model']}, made by the commons {commons} out of what "
        f"people gave and allowed for training. It is {view['state']}. More: {url}/models/{view['number']}",
        "## What it is made of",
        f"{made['pairs']:,} examples of {made['contributors']:,} contributors, gold version {view['gold']}; every "
        "one allows training by its terms.",
        _table(("Group", "", "Examples"), _groups(made)),
        "Left out:" if view["left_out"] else "Nothing was left out.",
        *(f"- {number:,}: {reason}" for reason, number in view["left_out"].items()),
        f"Since it was trained, {view['taken_back']:,} of these were taken back.",
        "## What it stands on",
        f"{base['model']}, built by {base['builder']}, under {base['license']}.",
        *(f"- {document}" for document in base["data"]),
        "## How it was measured",
        *_measured(view["report"]),
        "## Before you deploy it",
        "It is an adapter: its base's license and limits hold for it too. It was measured as said above, and for "
        "nothing else; look at the groups that you serve before you do. Say which model answers, and what it "
        "stands on, wherever it is used. What its contributors take back leaves the next model and not this "
        f"one: follow {url}/models, and move on when a newer one is promoted.",
    ]
    return "\n\n".join(parts) + "\n"


def _groups(made: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    words = {
        "license": "License",
        "ai_pref": "AI preference",
        "language": "Language",
        "origin": "Kind",
        "door": "Door",
    }
    return [
        (word, f"`{name}`" if name else "none stated", f"{number:,}")
        for group, word in words.items()
        for name, number in made[group].items()
    ]


def _measured(report: Mapping[str, Any] | None) -> list[str]:
    if report is None:
        return ["It was not measured."]
    against = "the base alone" if report["against"] is None else f"m{report['against']}"
    rows = [
        (_MEASURES.get(name, name), f"{each['items']:,}", _number(each["incumbent"]), _number(each["candidate"]))
        for name, each in report["measures"].items()
    ]
    said = [
        (each["measure"], each["answer"], each["reason"], f"{each['difference']:+.3f}")
        for each in report["gate"]["outcomes"]
    ]
    return [
        f"Beside {against}, on the same items. The gate `{report['gate']['policy']}` says: "
        f"**{report['gate']['answer']}**.",
        _table(("Measure", "Items", "Before", "Now"), rows),
        _table(("Rule", "Answer", "Reason", "Difference"), said),
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def to_folder(files: Path, card: str, out: Path) -> Path:
    """The adapter and its card in a new folder."""
    shutil.copytree(files, out)
    (out / "README.md").write_text(card, encoding="utf-8")
    return out


def to_hub(folder: Path, repository: str, *, private: bool, message: str) -> str:
    """Put a folder into a repository on the hub, with the token that `hf auth login` keeps; returns its address.

    Raises Unavailable where the hub cannot be reached or says no.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled

    api = HfApi()
    try:
        api.create_repo(repository, private=private, exist_ok=True)
        return str(api.upload_folder(repo_id=repository, folder_path=folder, commit_message=message).commit_url)
    except (HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled, OSError) as problem:
        raise Unavailable(f"The hub did not take it ({type(problem).__name__}).") from None
