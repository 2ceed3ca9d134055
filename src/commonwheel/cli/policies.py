"""`commonwheel policy`: see what rules say and would change, before they are put in force."""

import getpass
from typing import TYPE_CHECKING, Any

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import count, json_option, say, table, tell
from commonwheel.errors import CommonwheelError
from commonwheel.settings import load_settings

if TYPE_CHECKING:
    from commonwheel.curate.policy import Policy
    from commonwheel.journeys.adopt_policy import Difference

_LISTED = 20


class BreaksItsPromises(CommonwheelError):
    """The policy does not do what its own examples say."""

    code = "examples_fail"


@click.group("policy")
def policy_command() -> None:
    """Check, test, compare and adopt the rules that decide.

    POLICY is the name of one that ships ('default', 'review-everything') or a TOML file.
    """


@policy_command.command("show")
@json_option
def show(as_json: bool) -> None:
    """Print the policy in force, as it can be copied and changed."""
    from commonwheel.curate.policy_files import read_policy

    with opened() as app:
        with app.world.database.read() as tx:
            adopted = tx.policies.last()
        text = adopted.text if adopted else read_policy(app.settings["POLICY"])
    origin = "adopted" if adopted else "setting"
    facts = {"origin": origin, "number": adopted.number if adopted else 0, "text": text}
    tell(facts, as_json, text.rstrip("\n"))


@policy_command.command("list")
@json_option
def list_policies(as_json: bool) -> None:
    """List what was adopted, the oldest first."""
    with opened() as app, app.world.database.read() as tx:
        adopted = tx.policies.all()
    facts = [
        {"number": p.number, "policy": f"{p.name}@{p.version}", "adopted": p.adopted, "by": p.adopted_by}
        for p in adopted
    ]
    rows = [(f"{p.number}", f"{p.name}@{p.version}", f"{p.adopted:%Y-%m-%d %H:%M}", p.adopted_by) for p in adopted]
    tell(facts, as_json, *(table(rows) or ["None was adopted: COMMONWHEEL_POLICY names the one in force."]))


@policy_command.command("check")
@click.argument("policy")
@json_option
def check(policy: str, as_json: bool) -> None:
    """Read a policy and say whether it is one; each fault comes with its line and rule.

    Rules that can never decide, since one before them takes all they name, are told too.
    """
    from commonwheel.curate.policy_files import load_policy
    from commonwheel.curate.policy_review import shadowed

    read = load_policy(policy)
    never = shadowed(read)
    facts = {
        "policy": read.tag, "rules": len(read.rules), "examples": len(read.examples),
        "never_decide": [{"rule": rule, "taken_by": by} for rule, by in never],
    }  # fmt: skip
    lines = [f"{read.tag}: {count(len(read.rules), 'rule')}, {count(len(read.examples), 'example')}, no faults."]
    lines += [f"  Rule '{rule}' never decides: '{by}' before it takes all that it names." for rule, by in never]
    tell(facts, as_json, *lines)


@policy_command.command("test")
@click.argument("policy")
@json_option
def test(policy: str, as_json: bool) -> None:
    """Run a policy's own examples through all detectors; 1 where one comes out otherwise."""
    from commonwheel.app import open_curator
    from commonwheel.curate.policy_examples import try_examples
    from commonwheel.curate.policy_files import load_policy

    settings = load_settings()
    curator = open_curator(settings)
    read = load_policy(policy)
    try:
        outcomes = try_examples(read, curator.detect)
    finally:
        curator.close()
    broken = [outcome for outcome in outcomes if outcome.faults]
    facts = {
        "policy": read.tag, "examples": len(outcomes),
        "failed": [{"example": each.number, "faults": each.faults} for each in broken],
    }  # fmt: skip
    lines = [f"example {each.number}: {fault}" for each in broken for fault in each.faults]
    tell(facts, as_json, *lines)
    if broken:
        raise BreaksItsPromises(f"{len(broken)} of {count(len(outcomes), 'example')} came out otherwise.")
    if not as_json:
        say(f"{read.tag}: {count(len(outcomes), 'example')}, all as promised.")


@policy_command.command("diff")
@click.argument("policy")
@click.option("--waiting", default=2_000, show_default=True, help="Look at most at so many that wait.")
@json_option
def diff(policy: str, waiting: int, as_json: bool) -> None:
    """Show what a policy would decide otherwise about what waits and what is ready. Nothing changes."""
    from commonwheel.curate.policy_files import load_policy
    from commonwheel.journeys.adopt_policy import difference

    read = load_policy(policy)
    with opened() as app:
        found = difference(app.world, read, waiting)
    tell(_facts(read, found), as_json, *_lines(read, found))


def _facts(policy: "Policy", found: "Difference") -> dict[str, Any]:
    return {
        "policy": policy.tag,
        "looked_at": {str(state): number for state, number in found.looked_at.items()},
        "not_looked_at": found.unread,
        "changes": [
            {
                "id": each.contribution, "state": str(each.state), "before": str(each.before.action),
                "after": str(each.after.action), "rules": each.after.rules, "stricter": each.stricter,
            }
            for each in found.changes
        ],
    }  # fmt: skip


def _lines(policy: "Policy", found: "Difference") -> list[str]:
    seen = ", ".join(f"{number:,} {state}" for state, number in found.looked_at.items() if number) or "nothing"
    lines = [f"{policy.tag} against the policy in force: {len(found.changes):,} of {seen} would change."]
    rows = [
        (f"  {state}", before, "→", after if after != before else f"{after} (hides otherwise)", f"{number:,}")
        for (state, before, after), number in sorted(found.counted().items())
    ]
    lines += table(rows)
    back = [each for each in found.changes if each.stricter and each.state == "ready"]
    if back:
        lines.append(f"Adopting it sends {count(len(back), 'ready item')} back to the waiting room:")
        lines += [f"  {each.contribution}  {', '.join(each.after.rules)}" for each in back[:_LISTED]]
        lines += [f"  … and {len(back) - _LISTED:,} more; --json has all."] if len(back) > _LISTED else []
    if found.unread:
        lines.append(f"{count(found.unread, 'waiting item')} not looked at: --waiting looks at more.")
    return lines


@policy_command.command("adopt")
@click.argument("policy")
@click.option("--by", help="Who adopts it; by default whoever is signed in at this machine.")
@json_option
def adopt(policy: str, by: str | None, as_json: bool) -> None:
    """Put a policy in force for all running processes.

    What is ready and falls under a stricter rule goes back to the waiting room; what a person decided stays.
    A faulty policy, or one that breaks its own examples, is refused, and the one in force stays.
    """
    from commonwheel.curate.policy_files import parse_policy, read_policy
    from commonwheel.journeys.adopt_policy import adopt as put_in_force
    from commonwheel.journeys.adopt_policy import send_back

    text = read_policy(policy)
    with opened() as app:
        number = put_in_force(app.world, text, by or getpass.getuser())
        sent = send_back(app.world)
    tag = parse_policy(text).tag
    facts = {"policy": tag, "number": number, "sent_back": sent}
    tell(facts, as_json, f"{tag} is in force. {count(sent, 'ready item')} went back to the waiting room.")
