"""What would do harm as a public example: hate, threats, sexual content, instructions for weapons, and more.

Transparent lists decide (`lists/safety-*.toml`), of words and of words together, in many languages, with
what makes them ordinary. Nothing is learned, so that everybody can see why something was found and change it.
"""

from commonwheel.curate.lexicon import load, patterns
from commonwheel.curate.scan import About, Detector

LISTS = (
    "safety-minors", "safety-hate", "safety-violence", "safety-self-harm", "safety-weapons", "safety-malware",
    "safety-doxing", "safety-sexual", "safety-harassment", "safety-crime", "safety-bias",
)  # fmt: skip

DETECTOR = Detector(
    name="safety",
    version="1",
    about=About(
        finds=(
            "Slurs and hate, threats and plans of violence, self-harm, sexual content, sexual content with "
            "minors, weapons, malware, doxing, harassment, crime, and generalizations over groups of people."
        ),
        how=(
            "By lists of words and phrases, some only beside others, and in disguise where a word is worth "
            "disguising. Where the context shows a quotation, counter-speech, a report, medicine or a refusal, "
            "the score is lowered."
        ),
        where="English most of all; German, French, Spanish, Italian, Portuguese and Dutch well; Polish, Russian, "
        "Turkish, Arabic, Chinese, Japanese and Hindi with the plainest phrases.",
        misses=(
            "What is harmful without a word that says so: dog whistles, irony, instructions that follow an "
            "innocent question, and languages that are not named. Reclaimed slurs and dark humor are found."
        ),
    ),
    patterns=patterns(map(load, LISTS)),
)
