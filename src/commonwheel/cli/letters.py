"""`commonwheel request-letter`: a letter with which a person gets their conversations from a provider."""

import datetime

import click

from commonwheel.cli.speaking import say


@click.command("request-letter")
@click.option("--provider", required=True, help="Whom you ask, such as 'OpenAI Ireland Ltd'.")
@click.option("--name", required=True, help="Your name.")
@click.option("--account", default="", help="How they know you: the address or the number of your account.")
@click.option(
    "--language", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Of the letter."
)
def request_letter_command(provider: str, name: str, account: str, language: str) -> None:
    """Write a request for your data to a provider.

    It asks for access and portability under Articles 15 and 20 of the GDPR, also for the reasoning that stood
    behind the answers, and says why. It goes to standard output, and nothing is sent or kept. 'commonwheel
    import' reads what comes back.
    """
    from commonwheel.people.letters import Request, request_letter

    today = datetime.date.today().isoformat()
    say(request_letter(Request(provider=provider, name=name, account=account, date=today, language=language)))
