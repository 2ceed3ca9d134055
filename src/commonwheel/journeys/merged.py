"""Something was merged where people contribute by git: it is fetched, and given with its authors."""

from collections.abc import Iterator
from functools import partial

import structlog

from commonwheel.collect.archives import Branch
from commonwheel.collect.exports import read
from commonwheel.errors import Invalid
from commonwheel.journeys.import_file import Report, import_folder
from commonwheel.journeys.sign_in import person
from commonwheel.journeys.world import Merging, World
from commonwheel.people.tokens import TokenScope
from commonwheel.ports.outside import RepositoryFile

log = structlog.get_logger()

FETCH = "import_merged"
"""The chore."""
_ENOUGH = 2
"""One that is under way may have fetched before the push; the other has not begun."""


def note_push(world: World) -> bool:
    """Have the branch fetched; False where that is to come already."""
    with world.database.write() as tx:
        if len(tx.chores.pending(FETCH)) >= _ENOUGH:
            return False
        tx.chores.add(FETCH, {}, world.clock.now())
        return True


def import_merged(world: World) -> None:
    """Give what is on the branch and was not given. Raises RepositoryFailed where it cannot be had."""
    if world.merging is None:  # it was configured when the push came
        return
    commit = world.merging.repository.update()
    branch = Branch(partial(_files, world.merging, commit))
    giver = person(world, world.merging.giver, [TokenScope.CONTRIBUTE])
    actor = person(world, world.merging.giver, [TokenScope.CONTRIBUTE], f"import:{giver.contributor}")
    report = Report()
    try:
        import_folder(world, actor, partial(read, branch, own_terms=True), _silent, report)
    except Invalid:
        log.warning("merged.empty", commit=commit)
        return
    log.info(
        "merged.imported",
        commit=commit,
        given=report.given,
        revised=report.revised,
        withdrawn=report.withdrawn,
        repeated=report.repeated,
        taken_back=report.taken_back,
        skipped=report.skipped,
    )


def _files(merging: Merging, commit: str) -> Iterator[RepositoryFile]:
    return merging.repository.files(commit)


def _silent(_does: str, _number: int) -> None:
    """A chore shows no progress."""
