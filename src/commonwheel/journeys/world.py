"""What a journey is handed: the ports, the keys, the policy and the limits. `app` builds it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commonwheel.curate.policy import Policy
from commonwheel.curate.unchecked import WITHOUT_A_MODEL
from commonwheel.journeys.circuit import Circuit
from commonwheel.people.identity import Identity
from commonwheel.people.prompts import Prompt
from commonwheel.people.providers import Provider
from commonwheel.ports import (
    Clock,
    Curator,
    Database,
    Herald,
    Judge,
    Keys,
    Lake,
    Mail,
    ModelFiles,
    Referee,
    Trainer,
)
from commonwheel.ports.exports import ExportReader
from commonwheel.ports.outside import Repository
from commonwheel.ports.signing_in import IdentityProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of this instance."""

    waiting_room: int = 10_000
    claim: timedelta = timedelta(minutes=5)
    claim_batch: int = 32
    attempts: int = 5
    appeal_window: timedelta = timedelta(days=30)
    draft_kept: timedelta = timedelta(days=2)
    drafts_each: int = 20
    drafts_bytes: int = 2_000_000_000
    longest_hold: timedelta = timedelta(days=366)
    repeats_kept: timedelta = timedelta(days=30)
    judgements_kept: timedelta = timedelta(days=90)
    lake_lease: timedelta = timedelta(seconds=60)
    lake_wait: timedelta = timedelta(seconds=90)
    cohort: int = 10
    """People at least whose signals are told together."""


class Doorkeeper:
    """Knows roughly how full the waiting room is, so that not every gift has to be counted again.

    What was counted is used up to an eighth before the next count, so that up to eight servers together
    do not let in more than there is room for; a nearly full room is counted each time.
    """

    _EIGHTH = 8

    def __init__(self) -> None:
        self._allowance = 0

    def room(self, bound: int, wanted: int, count: Callable[[int], int]) -> int:
        """How many of `wanted` may come in; `count` tells how many places are left below `bound`."""
        if self._allowance >= wanted:
            return wanted
        left = max(0, count(bound))
        self._allowance = left // self._EIGHTH
        return left

    def let_in(self, number: int) -> None:
        """These came in."""
        self._allowance = max(0, self._allowance - number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Who judges, each behind a circuit, and how many calls a day all workers together may make."""

    judges: tuple[tuple[Judge, Circuit], ...] = ()
    budget: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """A repository of contributions: its branch, and the account that gives what is merged there."""

    repository: Repository
    branch: str
    giver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything outside that journeys use.

    `gold_policy`, `gate` and `recipe` are names or paths of what says which pairs are gold, when a model is better
    and how one is trained, read when they are needed.
    `selectors` is the file that extensions of browsers are handed.
    `preview_key` seals previews and `link_key` the links in mails, which `mail` sends;
    `provider` is where else people may sign in; `drawer_key` is one half of what opens drafts.
    `merging` is where people contribute by git.
    `referee` says which of two models' answers is better, where a judge is configured.
    `not_checked` says in sentences what the curator does not look for. `holder` names this process in
    leases and claims; `is_alive` tells whether the process of such a
    name still runs (True where that cannot be known).
    """

    database: Database
    keys: Keys
    lake: Lake
    curator: Curator
    not_checked: tuple[str, ...] = WITHOUT_A_MODEL
    judging: Judging = Judging()
    clock: Clock
    identity: Identity
    signing: Ed25519PrivateKey
    preview_key: bytes
    link_key: bytes
    drawer_key: bytes
    mail: Mail | None = None
    provider: IdentityProvider | None = None
    export_reader: ExportReader | None = None
    prompts: tuple[Prompt, ...] = ()
    selectors: str = ""
    providers: tuple[Provider, ...] = ()
    policy: Policy
    gold_policy: str = "default"
    gate: str = "default"
    recipe: str = ""
    trainer: Trainer | None = None
    model_files: ModelFiles | None = None
    herald: Herald | None = None
    referee: Referee | None = None
    merging: Merging | None = None
    limits: Limits
    doorkeeper: Doorkeeper
    name: str
    public_url: str
    holder: str
    is_alive: Callable[[str], bool]
