"""The page of formats that are read: what becomes of each, and what is left."""

from docs.generate.markdown import code, page, table


def imports_page() -> str:
    """One row for each reader, from what it says about itself."""
    from commonwheel.collect.archives import MAX_MEMBERS, MAX_UNPACKED
    from commonwheel.collect.elements import LONGEST
    from commonwheel.collect.exports import READERS
    from commonwheel.collect.lines import MAX_RATIO
    from commonwheel.collect.names import CONVERSATIONS, PRIVATE, READABLE

    rows = [(f"`{each.name}`", each.title, each.reads, each.leaves) for each in READERS]
    bounds = _ARCHIVES.format(
        readable=code(sorted(READABLE)),
        private=code(PRIVATE),
        conversations=code(CONVERSATIONS),
        members=f"{MAX_MEMBERS:,}",
        unpacked=f"{MAX_UNPACKED // 10**9}",
        ratio=MAX_RATIO,
        longest=f"{LONGEST // 10**6}",
    )
    return page("Files that are read", _IMPORTS, table(["format", "of", "read", "left"], rows), _RULES, bounds)


_IMPORTS = """
[`commonwheel import`](commands.md#commonwheel-import) tells a format by its structure, never by the name of a
file. Formats are asked in this order. What is left is not in any record; where it was part of a conversation and
is not in this table, it is reported in its place, by its type.
"""
_RULES = """
## What becomes of a conversation

- The branch that the person kept is a chat. Messages of the system that a person wrote for a model stay; what
  they told a provider about themselves does not.
- Where an answer was asked for again, what was kept is a preference over the others, and where a person rewrote
  an answer, that is a correction. Both are `inferred`: nobody said that one is better. What somebody did compare
  is a preference without that mark.
- Thumbs and reactions are labels of their messages. What was kept is no preference over an answer with a thumb
  up, nor where it has a thumb down; if an answer beside it then has a thumb up, that one is better, as was said.
- Where a tool was called within an answer, it is compared with no other: only its beginning stands alone.
- An answer that was thought about gives a trace, and its thoughts are then in the trace and not in the chat.
  Where a tool was called on the way, or a long conversation would be repeated too often, they stay on the
  message as `reasoning`; so they do in formats that are made to train on.
- A call of a tool stays where its answer does, and the other way round.
- A question that was put differently makes another branch, which is left: it is neither a better answer nor a
  worse.
- `source` has the conversation's id and time, which are never published, and its model and provider. Its title
  is shown to whoever picks, and is in no record.
"""
_ARCHIVES = """
## Archives and folders

Of a ZIP archive or a folder, members ending in {readable} are looked at, and others where they begin as JSON
does, such as prompts of AI Studio; they are read where they have a known format. Never opened are those that are
named, or lie in a folder that is named: {private}. Where an archive has files that are named as services name
their conversations ({conversations}), nothing else beside them in the same folder is opened, but what ChatGPT says
of its answers. Links, archives in archives, encrypted members, and paths that lead out of the archive are not
followed, and reported. Reported is also a file that is named so and holds no conversation, and how many other
files of data have no known format.

An archive may have {members} members and unpack to {unpacked} GB, a packed file to {ratio} times its size. An
element of a list may have {longest} million characters. Lines and records may have 1 MB. What is beyond a bound,
broken, or not in UTF-8 (or UTF-16 with its mark) is reported with its place, and the rest is read.
"""
