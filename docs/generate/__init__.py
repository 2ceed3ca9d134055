"""The pages in docs/reference, written from the code they describe. `PAGES` is the index."""

from collections.abc import Callable

from docs.generate import api, commands, detectors, errors, imports, policy, records, settings

PAGES: dict[str, Callable[[], str]] = {
    "commands": commands.commands_page,
    "imports": imports.imports_page,
    "settings": settings.settings_page,
    "api": api.api_page,
    "policy": policy.policy_page,
    "detectors": detectors.detectors_page,
    "records": records.records_page,
    "errors": errors.errors_page,
}
"""Names of pages, and what makes each."""
