"""What tests in a real browser have in common: windows, selections, and what nobody may be shut out by."""

from typing import TYPE_CHECKING

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
WINDOWS = [(size, light) for size in SIZES for light in ("light", "dark")]


def accessible(page: "Page") -> None:
    """axe-core finds nothing that shuts anybody out, by WCAG 2.2 AA and its own good practice."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    told = [
        f"{each['id']}: {node['html'][:300]} {node['failureSummary']}" for each in found for node in each["nodes"]
    ]
    assert told == [], f"{page.url}: {told[:4]}"


def select(page: "Page", words: str) -> None:
    """Select words in the record, as a mouse would."""
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector("#record"), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
                return;
            }
        }""",
        words,
    )
