"""Numbers of people in Australia and New Zealand."""

from commonwheel.curate.identities.row import Identity

NUMBERS = (
    Identity("au.tfn", "tax file number", "Australia", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{2,3}", "au.tfn",
             "tfn|tax file|tfn:"),
    Identity("au.medicare", "Medicare number", "Australia",
             r"[2-6][0-9]{3}[ -]?[0-9]{5}[ -]?[0-9](?:[ -/]?[1-9])?",
             ":australian_health", "medicare|medicare card|medicare no"),
    Identity("au.crn", "Centrelink number", "Australia", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}[A-Z]", "",
             "centrelink|crn|customer reference"),
    Identity("nz.ird", "IRD number", "New Zealand", r"[0-9]{2,3}[- ]?[0-9]{3}[- ]?[0-9]{3}", "nz.ird",
             "ird|inland revenue"),
    Identity("nz.nhi", "health number (NHI)", "New Zealand",
             r"[A-HJ-NP-Z]{3}[0-9]{2}(?:[0-9]{2}|[0-9][A-HJ-NP-Z])",
             ":new_zealand_health", "nhi|national health index"),
)  # fmt: skip
"""Rows; what stands in them says `Identity`."""
