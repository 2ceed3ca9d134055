"""Texts made here: many countries, languages and kinds, with numbers computed independently of the detectors."""

from collections.abc import Callable, Iterable

from evaluate.samples import Corpus, Sample
from evaluate.world import credentials, identity, payment, phones, prose, technical

SOURCES: tuple[Callable[[], Iterable[Sample]], ...] = (
    phones.phones,
    payment.cards,
    payment.ibans,
    payment.accounts,
    payment.wallets,
    identity.national_ids,
    identity.papers,
    technical.internet,
    technical.places,
    technical.vehicles,
    technical.devices,
    prose.names,
    prose.addresses,
    prose.births,
    prose.contacts,
    credentials.credentials,
)
"""What makes the set. A sample without a label is a look-alike: whatever is found in it is wrong."""


def world() -> Corpus:
    """The set, always the same."""
    samples = tuple(sample for source in SOURCES for sample in source())
    kinds = sorted({label.kind for sample in samples for label in sample.labels})
    return Corpus(name="the world", kinds=tuple(kinds), samples=samples)
