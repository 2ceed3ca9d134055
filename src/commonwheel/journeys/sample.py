"""Of what apps log a share is kept, drawn by chance that repeats; the words of the rest are dropped."""

from datetime import datetime

from commonwheel.curate.policy import Policy
from commonwheel.curate.sampling import stratum_of
from commonwheel.journeys.moves import move
from commonwheel.journeys.world import World
from commonwheel.ports import Transaction
from commonwheel.records.body import Body
from commonwheel.records.findings import Action, Reason, Sample, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import StoredRevision


def drawn(world: World, policy: Policy, revision: StoredRevision, body: Body) -> tuple[Sample | None, bool]:
    """How a record was drawn, and whether it is kept; None and True for one that is kept in any case.

    Only what was first given can be left out: whoever fixed it later cares for it.
    """
    stratum = stratum_of(policy.sampling, body) if revision.number == 1 else None
    if stratum is None:
        return None, True
    drawing = f"{stratum.stratum} {stratum.seed} {revision.contribution}".encode()
    sample = Sample(stratum=stratum.stratum, rate=stratum.rate)
    return sample, stratum.keeps(world.identity.digest("sampling", drawing))


def leave_out(
    tx: Transaction, now: datetime, policy: Policy, revision: StoredRevision, sample: Sample | None
) -> None:
    """Turn away what was not drawn. Nothing is wrong with it and nobody will look at it: its words go at once."""
    verdict = Verdict(
        action=Action.REJECT,
        policy=policy.tag,
        rules=("builtin.sampling",),
        reasons=(Reason.NOT_SAMPLED,),
        sample=sample,
    )
    id, number = revision.contribution, revision.number
    tx.contributions.set_curated(id, number, verdict, (), None)
    tx.contributions.forget_words(id, number)
    data = {"rules": list(verdict.rules), "reasons": list(verdict.reasons), "policy": verdict.policy}
    move(tx, now, revision, State.REJECTED, **data)
    tx.chores.add("scrub", {}, now)
