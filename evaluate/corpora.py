"""Every set that is measured with. These lists are all there are."""

from evaluate import public
from evaluate.developer_text import developer_texts
from evaluate.digit_text import digit_texts
from evaluate.samples import DATA, Corpus, Sample
from evaluate.world import world


def labeled() -> list[Corpus]:
    """The set made here always, public ones where their folder is."""
    ours = [world()]
    return [public.generated_texts(), *public.secrets(), *ours] if DATA.is_dir() else ours


def ordinary(kind: str) -> Corpus:
    """Text in which nothing of `kind` is: that of developers for credentials, one full of digits for all else."""
    texts = list(developer_texts() if kind == "credential" else digit_texts())
    if kind != "credential" and DATA.is_dir():
        texts += [("school arithmetic", text) for text in public.school_arithmetic()]
    samples = tuple(Sample(text=text, origin=of) for of, text in texts)
    return Corpus(name="ordinary text", kinds=(kind,), samples=samples)
