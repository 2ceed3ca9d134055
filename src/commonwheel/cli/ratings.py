"""`commonwheel import-ratings`: what people rated in Open WebUI, of those who allowed it."""

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import Progress, as_text, count, json_option, say


@click.command("import-ratings")
@click.argument("file", metavar="FILE")
@click.option("--door", default="openwebui", show_default=True, help="The door by which its people are known.")
@json_option
def import_ratings_command(file: str, door: str, as_json: bool) -> None:
    """Give what people rated in Open WebUI, from its administrator's export of feedback.

    Only of people with a standing consent for this door, only what they rated since, and under their own terms:
    chats, siblings of an answer as inferred preferences, and thumbs as signals. Everybody else is counted.
    """
    from commonwheel.journeys.import_ratings import import_ratings

    progress = Progress()
    with opened() as app:
        found = import_ratings(app.world, door, file, progress)
    progress.done()
    for problem in found.report.refused:
        click.echo(f"{file}, {problem.where}: {problem.why}", err=True)
    facts = {
        "given": found.report.given,
        "repeated": found.report.repeated,
        "skipped": found.report.skipped,
        "people": len(found.people),
        "without_consent": found.without,
        "rated_before_consent": found.before,
    }
    if as_json:
        say(as_text(facts))
        return
    say(f"Given: {count(found.report.given, 'item')} of {count(len(found.people), 'person', 'people')}.")
    if found.report.repeated:
        say(f"Given before: {found.report.repeated}.")
    say(f"Left, since they allowed nothing: {count(found.without, 'person', 'people')}.")
    if found.before:
        say(f"Left, since they rated it before they allowed it: {count(found.before, 'chat')}.")
