"""Export files: one module per format, all of them in READERS, told apart by structure."""

from commonwheel.collect.archives import Collection
from commonwheel.collect.exports import (
    ai_studio,
    alpaca,
    chatgpt,
    claude,
    commonwheel_records,
    contribution_jsonl,
    copilot,
    deepseek,
    dolly,
    fail_suite,
    gemini,
    gemini_page,
    grok,
    gsm8k_solutions,
    hh_rlhf,
    jan,
    le_chat,
    librechat,
    lm_studio,
    markdown,
    oasst,
    open_webui,
    openai_chat,
    perplexity,
    sharegpt,
    sillytavern,
    trl_preference,
    trl_prompt_completion,
)
from commonwheel.collect.items import Reader
from commonwheel.collect.lines import File, opened
from commonwheel.collect.reading import Pick, Reading, reader_of
from commonwheel.records.terms import Terms

READERS: tuple[Reader, ...] = (
    commonwheel_records.READER,
    fail_suite.READER,
    contribution_jsonl.READER,
    gsm8k_solutions.READER,
    deepseek.READER,
    chatgpt.READER,
    claude.READER,
    open_webui.READER,
    librechat.READER,
    lm_studio.READER,
    grok.READER,
    perplexity.READER,
    gemini.READER,
    gemini_page.READER,
    ai_studio.READER,
    le_chat.READER,
    jan.READER,
    sillytavern.READER,
    copilot.READER,
    hh_rlhf.READER,
    trl_preference.READER,
    openai_chat.READER,
    sharegpt.READER,
    oasst.READER,
    trl_prompt_completion.READER,
    alpaca.READER,
    dolly.READER,
    markdown.READER,
)
"""In the order in which they are asked."""

__all__ = ["READERS", "Pick", "Reading", "detect_format", "opened", "read"]


def read(file: File | Collection, defaults: Terms | None = None, *, own_terms: bool = False) -> Reading:
    """The items of a file (`-`: standard input), packed with gzip or zstd or not, of a ZIP archive or a folder.

    What comes without terms gets `defaults`, or with `own_terms` is not taken; what people wrote in Markdown, or
    in a folder (`Reader.authored`), never is. Reads piece by piece, in bounded memory. Raises Invalid where the
    file cannot be opened or no format is recognized; all else is an item.
    """
    return Reading(file, READERS, defaults, own_terms=own_terms)


def detect_format(file: File) -> Reader:
    """The reader for a file, or for the first of several. Raises Invalid where no format is recognized."""
    return reader_of(file, READERS)
