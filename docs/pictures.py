"""`python -m docs.pictures`: how something comes in through doors that have no face, as SVG for their pages."""

from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parent / "pictures"
Step = tuple[str, str]
"""What happens, and a line about it."""

DOORS: dict[str, tuple[Step, ...]] = {
    "log-from-an-app": (
        ("A user edits an answer", "wheel.edits.log(…)"),
        ("Your application goes on", "after microseconds"),
        ("Sent in batches", "or kept in a folder"),
        ("A gold pair, or why not", "checked, redacted, with terms"),
    ),
    "send-traces": (
        ("An app is traced", "OpenTelemetry, GenAI"),
        ("POST /v1/traces", "beside where they go now"),
        ("With consent it is a chat", "without, it is counted"),
        ("Feedback finds it", "before, after or twice"),
    ),
    "report-from-a-web-page": (
        ("A model's answer", "on your page"),
        ("Somebody uses it", "copy, edit, thumb, time"),
        ("Your page has a yes", "or nothing is reported"),
        ("Signals and corrections", "by your server's token"),
    ),
    "give-by-git": (
        ("A pull request", "files in Markdown or JSON"),
        ("commonwheel check", "says what is wrong, in CI"),
        ("Somebody merges", "people decide"),
        ("commonwheel import", "each author keeps theirs"),
    ),
}
_WIDTH, _HEIGHT, _BOX, _GAP = 960, 132, 216, 32


def drawn(title: str, steps: tuple[Step, ...]) -> str:
    """Boxes from left to right, with arrows; readable by day and by night."""
    parts = []
    for number, (what, more) in enumerate(steps):
        left = number * (_BOX + _GAP)
        parts.append(f'<rect class="box" x="{left + 1}" y="21" width="{_BOX - 2}" height="88" rx="4"/>')
        parts.append(f'<text class="what" x="{left + 14}" y="60">{escape(what)}</text>')
        parts.append(f'<text class="more" x="{left + 14}" y="84">{escape(more)}</text>')
        if number:
            parts.append(f'<path class="arrow" d="M{left - _GAP + 5} 65h20m-6-5l6 5l-6 5"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">\n<style>{_STYLE}</style>\n' + "\n".join(parts) + "\n</svg>\n"
    )


_STYLE = (
    ".box{fill:#fafbf6;stroke:#6d7d74}.what{font:700 13.5px sans-serif;fill:#14242b}"
    ".more{font:12.5px sans-serif;fill:#43535a}.arrow{fill:none;stroke:#0d5843;stroke-width:2}"
    "@media(prefers-color-scheme:dark){.box{fill:#17221f;stroke:#73867d}.what{fill:#e7ecdf}"
    ".more{fill:#a9b6ac}.arrow{stroke:#83cfab}}"
)


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, steps in DOORS.items():
        told = ", then: ".join(what for what, _ in steps)
        (FOLDER / f"{name}.svg").write_text(drawn(told, steps), "utf-8")


if __name__ == "__main__":
    main()
