"""What others gave and somebody published: it keeps the license and the AI preference that it came with."""

from dataclasses import replace

from commonwheel.collect.items import Item, Row, Skipped
from commonwheel.records.preference import check_preference
from commonwheel.records.terms import Attribution, AttributionMode, License, Purpose, Terms, check_shown_name


def under_its_terms(item: Item, row: Row, where: str, defaults: Terms | None) -> Item:
    """A contribution out of `row`, under the license and preference that the row names, where it names any."""
    if isinstance(item, Skipped) or defaults is None or not {"license", "ai_pref"} <= row.keys():
        return item
    try:
        return replace(item, terms=_terms(row, defaults))
    except (ValueError, TypeError):
        return Skipped(where=where, why="/license, /ai_pref or /purposes is none that can be kept")


def _terms(row: Row, defaults: Terms) -> Terms:
    preference, purposes = row["ai_pref"] or "", row.get("purposes")
    if not isinstance(preference, str):
        raise ValueError("no text")
    name = row.get("attribution")
    terms = replace(defaults, license=License(row["license"]), ai_pref=check_preference(preference))
    if isinstance(purposes, list):
        terms = replace(terms, purposes=tuple(map(Purpose, purposes)))
    if isinstance(name, str) and name:
        shown = Attribution(mode=AttributionMode.PSEUDONYM, name=check_shown_name(name)[:80])
        terms = replace(terms, attribution=shown)
    return terms
