"""What people tell of themselves or of somebody near that should not go around freely, even where it is no secret.

Health, children, intimate life, biometrics, and what a community asks to keep. It is not unsafe and not
removed by itself: a person looks, and it goes to those who are entitled to the restricted tier.
"""

from commonwheel.curate.lexicon import load, patterns
from commonwheel.curate.scan import About, Detector

LISTS = ("sensitive-health", "sensitive-private", "sensitive-community")

DETECTOR = Detector(
    name="sensitive",
    version="1",
    about=About(
        finds=(
            "Health, children, intimate life and biometrics of a person, and requests of a person or a community "
            "that something is not shared or trained on."
        ),
        how=(
            "By lists of phrases in which somebody speaks of themselves or of a person near: 'my diagnosis', 'my "
            "9-year-old'. Questions that anybody could ask pass."
        ),
        where="English, German, French, Spanish, Italian, Portuguese and Dutch; Polish, Russian, Turkish, Arabic, "
        "Chinese, Japanese and Hindi with the plainest phrases.",
        misses="What is told without a word for it, about a person who is only named, or in other languages.",
    ),
    patterns=patterns(map(load, LISTS)),
)
