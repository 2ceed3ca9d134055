"""The page of settings, from their table."""

from docs.generate.markdown import page, table


def settings_page() -> str:
    """The table of settings."""
    from commonwheel.settings import SETTINGS

    rows = [
        (f"`{each.variable}`", f"`{each.default}`" if each.default else "", each.help + _hidden(each.secret))
        for each in SETTINGS
    ]
    return page("Settings", _SETTINGS, table(["variable", "default", "meaning"], rows), _PUBLIC)


def _hidden(secret: bool) -> str:
    return " Secret: never shown." if secret else ""


_SETTINGS = """
All settings are environment variables. `commonwheel settings` prints each with its value in force and where
that comes from. A variable that starts with `COMMONWHEEL_` and is not in this table is refused: it is a
typing error. For a lake on S3 the usual `AWS_` variables are read too (`AWS_REGION`, `AWS_ENDPOINT_URL`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, …).
"""
_PUBLIC = """
## What `public` refuses

With `COMMONWHEEL_MODE=public` the server starts only if `COMMONWHEEL_PUBLIC_URL` begins with `https://`, and
`COMMONWHEEL_SECRET` and `COMMONWHEEL_IDENTITY_KEY` are given in the environment with at least 32 characters
each, so that they are kept apart from the data. With `COMMONWHEEL_MODE=local` it refuses to listen on an
address that others can reach.
"""
