"""Headers that say under which terms data comes: `Content-Usage` (AIPREF) and `Link: …; rel="license"`."""

from collections.abc import Iterable

from commonwheel.records.preference import combined
from commonwheel.records.terms import License

LICENSE_URLS = {
    License.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    License.BY: "https://creativecommons.org/licenses/by/4.0/",
    License.BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
}


def terms_headers(terms: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers for data under these pairs of license and AI preference; of several, any `n` wins."""
    pairs = set(terms)
    headers = {}
    usage = combined(ai_pref for _, ai_pref in pairs)
    if usage:
        headers["Content-Usage"] = usage
    links = [f'<{LICENSE_URLS[License(name)]}>; rel="license"' for name in sorted({name for name, _ in pairs})]
    if links:
        headers["Link"] = ", ".join(links)
    return headers
