"""What people tell of themselves, in several languages; questions that anybody could ask pass."""

import pytest

TOLD = [
    ("health", "I have HIV and nobody knows."), ("health", "I was diagnosed with breast cancer last year."),
    ("health", "my therapist says it gets better"), ("health", "My mother has dementia."),
    ("health", "I'm pregnant."), ("health", "I take lithium"), ("health", "Ich habe Depressionen."),
    ("health", "meine Diagnose"), ("health", "J'ai un cancer."), ("health", "Mi hijo tiene autismo."),
    ("health", "soffro di epilessia"), ("health", "tenho diabetes"), ("health", "mijn psychiater"),
    ("health", "我得了抑郁症"), ("health", "choruję na depresję"), ("health", "у меня диабет"),
    ("minors", "My 9-year-old wets the bed."), ("minors", "my son is 7"), ("minors", "I'm 15 years old"),
    ("minors", "Mein Sohn ist 6 Jahre alt"), ("minors", "ma fille de 8 ans"), ("minors", "tengo 14 años"),
    ("intimate", "I'm gay and not out yet."), ("intimate", "our sex life is dead"),
    ("intimate", "my husband cheated on me"), ("intimate", "Ich bin lesbisch"), ("intimate", "je suis bisexuelle"),
    ("intimate", "soy virgen"), ("intimate", "sono stata violentata"),
    ("biometric", "my fingerprint template"), ("biometric", "my DNA test came back"),
    ("biometric", "mein Fingerabdruck"), ("biometric", "mis huellas dactilares"),
    ("community_norm", "What is said here stays here."), ("community_norm", "please don't screenshot this"),
    ("community_norm", "my sponsor in AA"), ("community_norm", "not for AI training"),
    ("community_norm", "This story has a TK label"),
    ("community_norm", "The elders told us not to share this story"),
    ("community_norm", "Bitte nicht weiterleiten"), ("community_norm", "请勿转发"),
    ("community_norm", "CARE principles apply"), ("community_norm", "the sacred songs of the clan"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), TOLD)
def test_what_is_told_of_a_person_is_found(findings, kind, text):
    assert f"sensitive.{kind}" in {f.kind for f in findings("sensitive", text) if f.score >= 0.5}


@pytest.mark.parametrize(
    "text",
    ["What is diabetes?", "How does chemotherapy work?", "Cancer is a constellation.", "Is depression inherited?",
     "The doctor is in.", "She is 45 years old.", "Explain puberty.", "Who was the first gay mayor?",
     "How do fingerprint sensors work?", "My son plays chess.", "What does AA stand for?", "Was ist Diabetes?",
     "Qu'est-ce que le cancer ?", "The whisky is 12 years old.", "He has 7 apples and my son is tall.",
     "Add sugar to the bowl; I have to add it slowly.", "Please share this recipe."],
)  # fmt: skip
def test_what_anybody_could_ask_passes(findings, text):
    assert [f for f in findings("sensitive", text) if f.score >= 0.5] == []
