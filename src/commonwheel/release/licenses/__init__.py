"""The licenses that a contribution can carry: their texts as their steward publishes them, and where they are."""

from importlib.resources import files

from commonwheel.records.terms import License

URLS = {
    License.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    License.BY: "https://creativecommons.org/licenses/by/4.0/",
    License.BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
}


def text_of(license: License) -> str:
    """The legal code."""
    return files(__name__).joinpath(f"{license}.txt").read_text(encoding="utf-8")
