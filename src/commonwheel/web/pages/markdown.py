"""Words that somebody gave, as Markdown with code and formulas, and with nothing in them that runs or is loaded.

Three doors, each enough by itself: the parser takes no HTML, what it makes is cleaned by an allow-list, and the
page's security policy runs no script that is not ours. Images are named and not loaded; links lead away without
telling from where.
"""

import re
from functools import cache
from html import escape

import nh3
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from commonwheel.curate.labels import PLACEHOLDER

LONGEST = 100_000
"""Code points that are read as Markdown; a longer text is shown as it is."""
_LONGEST_FORMULA = 500
_DEEPEST = 20

_TAGS = {
    "p", "pre", "code", "em", "strong", "s", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th",
    "td", "hr", "br", "a", "div", "span",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "pre": {"tabindex"}}
_FORMULA = {
    "math", "mrow", "mi", "mo", "mn", "ms", "mtext", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover",
    "munder", "munderover", "mtable", "mtr", "mtd", "mspace", "mstyle", "mpadded",
}  # fmt: skip
_FORMULA_ATTRIBUTES = {"math": {"display"}, "mo": {"stretchy", "fence", "form"}, "mi": {"mathvariant"}}
_OUTSIDE_TAGS = re.compile(r"(<[^>]*>)")
_LOOKS_LIKE_IT = re.compile(
    r"^\s{0,3}(?:#{1,6}\s|[-*+]\s|\d{1,3}[.)]\s|>|```|~~~|\|)|\*\*|`|\$[^\s$]|\]\(", re.MULTILINE
)


def is_markdown(text: str) -> bool:
    """Whether a text has anything that Markdown shows otherwise than as it is."""
    return len(text) <= LONGEST and _LOOKS_LIKE_IT.search(text) is not None


def rendered(text: str) -> Markup:
    """Safe HTML. What takes the place of hidden words is a bar, wherever it stands."""
    cleaned = nh3.clean(
        _parser().render(text),
        tags=_TAGS | _FORMULA,
        attributes=_ATTRIBUTES | _FORMULA_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer ugc",
        allowed_classes={"p": {"mh"}, "span": {"aside"}},
    )
    parts = _OUTSIDE_TAGS.split(cleaned)
    parts[::2] = [PLACEHOLDER.sub(lambda label: f'<bdi class="hid">{label[0]}</bdi>', part) for part in parts[::2]]
    return Markup("".join(parts))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, renderer=_formula)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("heading_open", lambda *_: '<p class="mh">')
    parser.add_render_rule("heading_close", lambda *_: "</p>\n")
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    return parser


def _formula(source: str, options: dict[str, bool]) -> str:
    """MathML; what cannot be read as a formula is shown as it was written."""
    if len(source) <= _LONGEST_FORMULA:
        try:
            return str(convert(source, display="block" if options.get("display_mode") else "inline"))
        except Exception:  # whatever a parser of foreign words may stumble over
            pass
    return f"<code>{escape(source)}</code>"


def _image(_self: RendererProtocol, tokens: list[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
    return f'<span class="aside">Image: {escape(tokens[at].content) or "without words"}</span>'


def _code(_self: RendererProtocol, tokens: list[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[at].content)}</code></pre>\n'
