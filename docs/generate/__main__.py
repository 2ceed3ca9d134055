"""`python -m docs.generate` writes the pages in docs/reference."""

from pathlib import Path

from docs.generate import PAGES

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


def main() -> None:
    """Write all pages."""
    REFERENCE.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (REFERENCE / f"{name}.md").write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
