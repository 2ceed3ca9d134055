"""How answers fail in form: they break off, refuse, or say what is said by rote.

All of it is worth knowing and none of it a reason to refuse: a record of a bad answer is useful.
"""

import re
from collections.abc import Iterator, Sequence

from commonwheel.curate.answers import Answer, answers, last_answer
from commonwheel.curate.scan import About, Detector
from commonwheel.records.body import Body
from commonwheel.records.findings import Finding

NAME, VERSION = "answer", "1"

MOST_ANSWERS = 200
"""Answers of a record that are looked at, from its start."""
OPENING = 600
"""Characters of an answer in which a refusal has to begin."""
LONGEST = 20_000
"""Characters at the start and at the end of an answer in which boilerplate is looked for."""
SHORTEST_TO_BREAK_OFF = 120
"""Characters from which on an answer is expected to be made of sentences."""

_SORRY = (
    r"sorry|apologi[sz]e|regret|tut mir (?:sehr |wirklich )?leid|leider|entschuldigung|désolée?|regrette|excuse|"
    r"lo siento|lamento|disculpa|perdona|dispiace|scusa|desculpe|sinto muito|lamento|spijt me|helaas|sorry|"
    r"przykro mi|przepraszam|tyvärr|beklager|undskyld|pahoittelen|valitettavasti|üzgünüm|maalesef|"
    r"извините|простите|сожалению|вибачте|на жаль|抱歉|对不起|對不起|很遗憾|很遺憾|申し訳|すみません|죄송|"
    r"آسف|عذر|माफ़|क्षमा|खेद|xin lỗi|maaf"
)
_UNABLE = (
    r"i (?:really |simply |just )?(?:can(?:not|['’]?t| not)|won['’]?t|will not|am (?:not able|unable|not going)|"
    r"must decline|have to decline|do(?:n['’]t| not) feel comfortable)|i['’]?m (?:not able|unable|not going|"
    r"not comfortable)|i (?:would|['’]d) (?:rather|prefer) not|kann (?:ich )?(?:(?:dir|ihnen|das|"
    r"dabei|dazu|leider|diese[rns]? \w{1,30}) ){0,3}(?:nicht|keine)|darf ich nicht|ne peux pas|"
    r"ne suis pas en mesure|no puedo|no me es posible|non posso|non sono in grado|não posso|não consigo|"
    r"kan (?:ik )?(?:je |u |dat |"
    r"daar |hier )?(?:helaas )?(?:niet|geen)|nie mogę|kan inte|kan ikke|en voi|yapamam|edemem|veremem|"
    r"не могу|не можу|无法|不能|無法|できません|できかね|할 수 없|드릴 수 없|لا أستطيع|لا يمكنني|नहीं कर सकत|"
    r"không thể|tidak (?:bisa|dapat)"
)
_CANNOT = tuple(
    "can't|can’t|cant|cannot|can not|won't|won’t|wont|will not|not able|unable|not going|decline|comfortable|"
    "rather not|prefer not|kann |darf ich|ne peux pas|en mesure|no puedo|es posible|non posso|in grado|não |kan |"
    "nie mog|kan inte|en voi|yapamam|edemem|veremem|не могу|не можу|"
    "无法|不能|無法|でき|수 없|لا أستطيع|لا يمكنني|नहीं कर|không thể|"
    "tidak ".split("|")
)
"""Lower-case pieces of which one is in everything that says what cannot be done: quicker looked for."""
_REFUSAL = re.compile(rf"(?P<sorry>{_SORRY})|(?P<unable>{_UNABLE})", re.IGNORECASE)
_CLOSE = 120
"""Characters between an apology and what cannot be done."""

_BOILERPLATE: tuple[tuple[float, str, str], ...] = (
    (0.9, "as a|i'm|i’m|im a|i am|als |en tant|como |come |作为|として|как ",
     r"\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b|"
     r"\bi(?:['’]?m| am) (?:just |only )?an? (?:ai\b|artificial intelligence|(?:large )?language model)|"
     r"\bals (?:ki|künstliche intelligenz|sprachmodell|ki-(?:sprach)?modell)\b|"
     r"\ben tant qu['’](?:ia|intelligence artificielle|assistant|modèle)\b|"
     r"\bcomo (?:una? )?(?:ia|intelig[eê]ncia artificial|modelo de (?:lenguaje|linguagem))\b|"
     r"\bcome (?:ia|intelligenza artificiale|modello linguistico)\b|\bals ai[- ](?:taal)?model\b|"
     r"作为(?:一个|一名)?(?:人工智能|ai|大?语言模型)|AIとして|"
     r"как (?:ии|искусственный интеллект|языковая модель)"),
    (0.8, "my knowledge|my training|as of my|have personal|have opinions|have feelings|have emotions|have beliefs|"
     "have preferences",
     r"\bmy (?:knowledge|training)(?: data)? (?:cutoff|cut-off|only goes|ends)\b|"
     r"\bas of my (?:last|latest) (?:knowledge |training )?update\b|"
     r"\bi (?:do(?:n['’]t| not)) have (?:personal )?(?:opinions|feelings|emotions|beliefs|preferences)\b"),
    (0.8, "cookie",
     r"\b(?:this (?:web)?site|we) uses? cookies\b|\baccept (?:all )?cookies\b|\bcookie (?:policy|settings)\b|"
     r"\bwir verwenden cookies\b|\bnous utilisons des cookies\b|\butilizamos cookies\b|"
     r"\butilizziamo i cookie\b|\bwij gebruiken cookies\b"),
    (0.7, "rights reserved|rechte vorbehalten|droits réservés|derechos reservados|newsletter|share |skip to",
     r"\ball rights reserved\b|\balle rechte vorbehalten\b|\btous droits réservés\b|"
     r"\btodos los derechos reservados\b|\b(?:subscribe to|sign up for) our newsletter\b|"
     r"\bshare (?:this )?on (?:facebook|twitter|whatsapp)\b|\bskip to (?:main )?content\b"),
    (0.7, "sent from my|von meinem|envoyé de mon|enviado desde mi|confidential",
     r"\bsent from my (?:iphone|ipad|android|samsung|mobile)|\bvon meinem (?:iphone|ipad|handy) gesendet\b|"
     r"\benvoyé de mon (?:iphone|ipad)\b|\benviado desde mi (?:iphone|ipad|móvil)\b|"
     r"\bthis (?:e-?mail|message) (?:and any attachments )?(?:is|are|may be) confidential\b"),
    (0.5, "helps|let me know if|anything else i can|feel free to|ich hoffe|j'espère|j’espère",
     r"\bi hope (?:this|that) helps\b|\blet me know if you (?:have|need) any(?:thing)?\b|"
     r"\bis there anything else i can (?:help|assist)\b|\bfeel free to (?:ask|reach out)\b|"
     r"\bich hoffe,? (?:das|dies) hilft\b|\bj['’]espère que (?:cela|ça) (?:vous |t['’])?aide"),
)  # fmt: skip
"""Score; lower-case pieces of which one is in every such phrase; the phrases."""
_ROTE = tuple(
    (score, tuple(pieces.split("|")), re.compile(expression, re.IGNORECASE))
    for score, pieces, expression in _BOILERPLATE
)

_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)", re.MULTILINE)
_ENDS_WELL = re.compile(r"(?:_|[^\w\s,(\[{«„“&+/\\])$")
_SHORT_LINE = 40
"""Characters of a last line that may be a result or a signature rather than a sentence."""
_SENTENCE_BEFORE = re.compile("[.!?\uff01\uff1f\u3002\u0964\u06d4\u061f][\"'”’»)*_]{0,2}(?:\\s|$)")
_ITEM = re.compile(r"(?:[-*+•·>#|]|[0-9]{1,3}[.)]|[a-zA-Z][.)])\s")
_DANGLING = re.compile(
    r"\b(?:and|or|but|the|an?|of|to|in|with|for|that|which|because|und|oder|aber|der|die|das|ein|eine|mit|für|"
    r"weil|et|ou|mais|le|la|les|un|une|de|du|des|avec|pour|que|y|o|pero|el|los|las|con|por|para|e|ma|il|gli|"
    r"per|che|en|of|het|een|met|voor)$",
    re.IGNORECASE,
)


def _look(body: Body) -> Iterator[Finding]:
    last = last_answer(body)
    if last is not None and (score := _broken_off(last.text)):
        yield _finding("quality.truncated", score, last, len(last.text), len(last.text))
    for number, answer in enumerate(answers(body)):
        if number == MOST_ANSWERS:
            break
        yield from _refusals(answer)
        yield from _by_rote(answer)


def _broken_off(text: str) -> float:
    """How surely a text ends before it is done, 0 to 1: a fence left open, a word that calls for another."""
    text = text.rstrip()
    if len(_FENCE.findall(text)) % 2:
        return 0.9
    tail = text[-400:]
    line = tail.rpartition("\n")[2].strip()
    if len(text) < SHORTEST_TO_BREAK_OFF or not line:
        return 0.0
    if line.endswith((",", "(", "[", "{", "«", "„", "“")) or _DANGLING.search(line):
        return 0.8
    if _ENDS_WELL.search(line) or _ITEM.match(line) or not _SENTENCE_BEFORE.search(tail[:-1]):
        return 0.0  # it ends well, is a list, or is not made of sentences
    return 0.6 if len(line) >= _SHORT_LINE else 0.0


def _refusals(answer: Answer) -> Iterator[Finding]:
    """An apology beside what cannot be done, or the latter alone where an answer opens with it."""
    opening = answer.text[:OPENING]
    lowered = opening.lower()
    if not any(piece in lowered for piece in _CANNOT):
        return
    sorry: re.Match[str] | None = None
    for match in _REFUSAL.finditer(opening):
        if match.lastgroup == "sorry":
            sorry = match
        elif sorry is not None and match.start() - sorry.end() <= _CLOSE:
            yield _finding("quality.refusal", 0.9, answer, sorry.start(), match.end())
            return
        elif match.start() <= _CLOSE:
            following = _REFUSAL.search(opening, match.end())
            apologizes = following is not None and following.lastgroup == "sorry"
            yield _finding("quality.refusal", 0.9 if apologizes else 0.6, answer, *match.span())
            return


def _by_rote(answer: Answer) -> Iterator[Finding]:
    """Each way of saying nothing once, where it stands first."""
    text = answer.text
    parts = [(0, text[:LONGEST])]
    if len(text) > LONGEST:
        parts.append((max(LONGEST, len(text) - LONGEST), text[LONGEST:][-LONGEST:]))
    lowered = [part.lower() for _, part in parts]
    for score, pieces, expression in _ROTE:
        for (offset, part), small in zip(parts, lowered, strict=True):
            if any(piece in small for piece in pieces) and (match := expression.search(part)):
                yield _finding("quality.boilerplate", score, answer, offset + match.start(), offset + match.end())
                break


def _finding(kind: str, score: float, answer: Answer, start: int, end: int) -> Finding:
    return Finding(
        kind=kind, detector=NAME, version=VERSION, score=score, pointer=answer.pointer, start=start, end=end
    )


def _detect(bodies: Sequence[Body]) -> list[list[Finding]]:
    return [list(_look(body)) for body in bodies]


DETECTOR = Detector(
    name=NAME,
    version=VERSION,
    about=About(
        finds="Answers that break off, that refuse, and phrases said by rote: of assistants about themselves, "
        "cookie banners, rights reserved, signatures.",
        how="An answer breaks off where a code fence stays open or its last line calls for more. A refusal is "
        "an apology beside what cannot be done, near the start of an answer, in 20 languages.",
        misses="Refusals without the usual words, and answers that end early with a full stop.",
    ),
    says={
        "quality.truncated": "The last answer ends before it is done.",
        "quality.refusal": "The answer declines what was asked.",
        "quality.boilerplate": "The answer holds a phrase that models say by rote.",
    },
    detect=_detect,
)
