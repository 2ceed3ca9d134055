"""Words aimed at machines instead of readers: orders to models and to us, jailbreaks, ways out for data.

Jailbreaks are worth collecting, so nothing here is a reason to refuse: a person looks.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.lexicon import load, patterns
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, whole

_TEMPLATE = re.compile(
    r"<\|(?:im_start|im_end|im_sep|endoftext|system|user|assistant|eot_id|start_header_id|end_header_id|"
    r"begin_of_text|endofprompt|start_of_role|end_of_role|tool_call|tool_response|python_tag|channel|message|"
    r"begin_of_sentence|end_of_sentence)\|>|\[/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS)\]|<</?SYS>>|"
    r"<(?:start|end)_of_turn>|</?(?:tool_call|function_calls|invoke|tool_response|system_prompt|"
    r"system-reminder|system_instruction|user_query)(?: [a-z_-]{1,20}=[^<>\n]{0,60})?>|<｜[^｜\n]{1,30}｜>"
)
"""Marks with which chat formats separate turns: in what somebody said they are made up."""
_TURN = re.compile(
    r"(?m:^)[ \t]{0,4}(?:#{2,4} ?(?:system(?: prompt| message)?|instruction|new instructions?) ?:|"
    r"[\[(<]{1,2} ?(?:system|admin|developer)(?: (?:message|prompt|note|override|instruction))? ?[\])>]{1,2}:?|"
    r"system ?(?:message|prompt|note|override)? ?: ?(?=you |new |ignore|override|the assistant))",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\]\n]{0,100}\]\((https?://[^\s()]{4,300})\)?")
_QUERY = re.compile(
    r"[?&/#](?:q|d|c|data|secret|prompt|history|leak|exfil|token|msg|message|text|info|payload|content|context|"
    r"chat|conversation|user|email|password|key|session|cookie|log|dump|summary|input|response|name)="
    r"(?:$|[\[{<%$]|\.\.\.|…|INSERT|YOUR|DATA|HERE|ENCODED|BASE64)",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(r"\{[a-zA-Z_ .]{1,40}\}?|\[[A-Za-z_ ]{1,40}\]?|%7B|<[A-Za-z_ ]{1,40}>?|\$\{")
_HIDDEN_ELEMENT = re.compile(
    r"<!--(?P<comment>[^<>]{10,2000})-->|<[a-z0-9]{1,10} [^<>]{0,200}(?:display: ?none|visibility: ?hidden|"
    r"font-size: ?0|opacity: ?0(?![.\d])|color: ?(?:white|transparent|#fff(?:fff)?)|left: ?-\d{3,5}px)"
    r"[^<>]{0,200}>(?P<inside>[^<>]{10,2000})",
    re.IGNORECASE,
)
_TO_MACHINES = re.compile(
    r"\b(?:AI|LLMs?|GPT|ChatGPT|language models?|assistants?|chatbots?|instructions?|prompt|reviewers?|graders?|"
    r"you (?:must|should|are|will)|ignore|disregard|respond|reply)\b",
    re.IGNORECASE,
)


def _image(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A picture whose address has room left for what a model would put there."""
    address = match.group(1)
    query = _QUERY.search(address)
    if query is not None:
        yield Hit("injection.exfiltration", *match.span(), 0.8)
    elif "?" in address and _LEFT_OPEN.search(address.partition("?")[2]):
        yield Hit("injection.exfiltration", *match.span(), 0.6)


def _hidden_element(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A comment or an invisible element that talks to whoever reads the source."""
    said = match.group("comment") or match.group("inside") or ""
    hits = len({found.group().lower() for found in _TO_MACHINES.finditer(said)})
    if hits > 1:
        yield Hit("injection.hidden_text", *match.span(), 0.8)


DETECTOR = Detector(
    name="injection",
    version="3",
    about=About(
        finds=(
            "Orders to models, graders and this pipeline; jailbreaks; requests for hidden prompts; made-up turns "
            "and calls of tools; addresses that would carry data away; invisible elements that talk to machines."
        ),
        how="By a list of phrases in twenty languages and more, and by the marks of chat formats and of markup.",
        where="English most of all; German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese and "
        "Japanese well; a dozen others with the plainest phrases.",
        misses=(
            "Roles and stories without any of the usual words, orders spread over several messages, and pictures. "
            "A lesson about injections looks like one."
        ),
    ),
    patterns=(
        Pattern(
            expression=_TEMPLATE,
            confirm=whole("injection.chat_template", 0.7),
            rule="template",
            says="A mark with which chat formats separate turns or call tools stands in a text.",
        ),
        Pattern(
            expression=_TURN,
            confirm=whole("injection.chat_template", 0.6),
            rule="turn",
            says="A line pretends to come from the system.",
        ),
        Pattern(
            expression=_IMAGE,
            confirm=_image,
            rule="image",
            says="The address of a picture leaves room for data that a model would put into it.",
        ),
        Pattern(
            expression=_HIDDEN_ELEMENT,
            confirm=_hidden_element,
            rule="hidden-element",
            says="A comment or an invisible element talks to machines.",
        ),
        *patterns([load("injection")]),
    ),
)
