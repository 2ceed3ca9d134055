"""Text aimed at machines instead of readers: hidden characters, chat templates, and orders to models or to us.

Jailbreaks are worth collecting, so nothing here is a reason to refuse: a person looks.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.scan import Confirm, Hit, Pattern, Scanned, text_detector, whole

_FLAG = re.compile(r"\U0001F3F4[\U000E0061-\U000E007A\U000E0030-\U000E0039]{1,6}\U000E007F")
"""A subdivision flag such as Scotland's: the one good use of tag characters (UTS 51)."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_EMOJI_OR_JOINING = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u18af\u200d\ufe0f\u2190-\u2bff\U0001f000-\U0001faff]"
)


def _tags(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span()
    if start and _FLAG.match(scanned.text, start - 1, end):
        return
    yield Hit("injection.hidden_text", start, end, 0.95)


def _zero_width(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Invisible characters inside a Latin word or in a row hide something; single ones may be typography."""
    start, end = match.span()
    before, after = scanned.text[max(0, start - 1) : start], scanned.text[end : end + 1]
    if match.group() == "\ufeff" and start == 0:
        return
    if (
        end - start == 1
        and match.group() in "\u200c\u200d"
        and (_EMOJI_OR_JOINING.match(before) or _EMOJI_OR_JOINING.match(after))
    ):
        return
    splits = (
        bool(re.match(r"[\w@.:/]", before)) and bool(re.match(r"[\w@.:/]", after)) and (before + after).isascii()
    )
    yield Hit("injection.hidden_text", start, end, 0.9 if splits or end - start > 2 else 0.3)


def _soft_hyphens(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    yield Hit("injection.hidden_text", *match.span(), 0.9)


def _bidi(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Overrides reorder what is read; embeddings and isolates belong in text with right-to-left script."""
    overrides = match.group() in "\u202d\u202e"
    natural = not overrides and _RIGHT_TO_LEFT.search(scanned.text, max(0, match.start() - 200), match.end() + 200)
    yield Hit("injection.hidden_text", *match.span(), 0.2 if natural else 0.9)


_OBJECT = r"(?:instructions?|prompts?|rules|directions|guidelines|commands|context)\b"

_ORDERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"\b(?:ignore|disregard|forget|override|bypass|do not follow)\b(?=[^.\n]{0,24}\b(?:previous|prior|"
     r"above|preceding|earlier|former|all|any|your|the|system)\b)", rf"[^.\n]{{0,60}}\b{_OBJECT}",
     ("ignore", "disregard", "forget", "override", "bypass", "do not follow")),
    (r"\b(?:ignoriere?|vergiss|missachte)\b",
     r"[^.\n]{0,40}\b(?:anweisung|instruktion|regeln|vorgaben|befehle|prompt)\w*",
     ("ignorier", "vergiss", "missachte")),
    (r"\b(?:ignore[zs]?|oublie[zs]?)\b",
     r"[^.\n]{0,40}\b(?:consignes|règles|directives|instructions précédentes)\b", ("ignore", "oublie")),
    (r"\b(?:ignor[ae]|olvida|omite|esqueça|desconsidere|dimentica)\b",
     r"[^.\n]{0,40}\b(?:instrucciones|reglas|indicaciones|instruções|regras|istruzioni|regole)\b",
     ("ignora", "ignore", "olvida", "omite", "esque", "desconsidere", "dimentica")),
    (r"(?:忽略|无视|忘记|忽視)", r"[^。\n]{0,20}(?:指令|指示|规则|提示)", ("忽略", "无视", "忘记", "忽視")),
    (r"(?:игнорируй|забудь|проигнорируй)", r"[^.\n]{0,40}(?:инструкци|указани|правил)\w*",
     ("игнорируй", "забудь")),
    (r"(?:以前の|これまでの|上記の)", r"[^。\n]{0,10}(?:指示|命令|プロンプト)[^。\n]{0,8}無視", ("無視",)),
    (r"\b(?:note|attention|instructions?|message|notice|important)\b[ :,!-]{0,3}(?:to|for) ",
     r"(?:the |any |all |every )?(?:AI|LLMs?|language models?|(?:AI )?(?:assistants?|moderators?|"
     r"reviewers?|graders?|judges?|curators?|classifiers?|crawlers?|scrapers?|data pipelines?|annotators?))\b",
     ("note", "attention", "instruction", "message", "notice", "important")),
    (r"\bif you are (?:an? )?",
     r"(?:AI|LLM|language model|bot|crawler|classifier|automated (?:system|reviewer))\b", ("if you are",)),
    (r"\b(?:rate|score|label|mark|classify|grade|flag|approve|accept|pass)\b this (?:conversation|record|"
     r"contribution|answer|response|submission|example|text|sample|item)\b",
     r"[^.\n]{0,60}\b(?:safe|good|perfect|approved|harmless|10|100|highest|excellent|clean|released?|pass(?:ed)?)\b",
     (" this ",)),
    (r"\b(?:do not|don't|never) (?:redact|anonymi[sz]e|quarantine|moderate)\b", "",
     ("do not ", "don't ", "never ")),
    (r"\b(?:reveal|print|repeat|output|show|leak|exfiltrate)\b(?=[^.\n]{0,20}\b(?:your|the) )",
     r"[^.\n]{0,24}\b(?:system|hidden|initial|secret) (?:prompt|instructions?|message)\b",
     ("prompt", "instruction", "message")),
)  # fmt: skip
"""How an order begins, how it has to go on, and lower-case literals of which one is in every such order."""


def _order(rest: str) -> Confirm:
    goes_on = re.compile(rest, re.IGNORECASE)

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        following = goes_on.match(scanned.text, match.end())
        if following:
            yield Hit("injection.instruction", match.start(), following.end(), 0.7)

    return confirm


DETECTOR = text_detector(
    "injection",
    "1",
    [
        Pattern(expression=re.compile("[\U000e0000-\U000e007f]{1,10000}"), confirm=_tags),
        Pattern(
            expression=re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,10000}"),
            confirm=whole("injection.hidden_text", 0.9),
        ),
        Pattern(
            expression=re.compile("[\u200b\u200c\u200d\u2060-\u2064\ufeff\u180e\u206a-\u206f]{1,10000}"),
            confirm=_zero_width,
        ),
        Pattern(expression=re.compile("\u00ad{2,10000}"), confirm=_soft_hyphens),
        Pattern(expression=re.compile("[\u202a-\u202e\u2066-\u2069]"), confirm=_bidi),
        Pattern(
            expression=re.compile(
                r"<\|(?:im_start|im_end|im_sep|endoftext|system|user|assistant|eot_id|start_header_id|end_header_id|"
                r"begin_of_text|endofprompt)\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>"
            ),
            confirm=whole("injection.chat_template", 0.7),
            needs=("<|", "inst]", "sys>>", "_of_turn>"),
        ),
        *(
            Pattern(expression=re.compile(begins, re.IGNORECASE), confirm=_order(rest), needs=needs)
            for begins, rest, needs in _ORDERS
        ),
    ],
)
