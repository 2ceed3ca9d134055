"""Open WebUI's export of ratings, for its administrator: who rated which answer, with the chat as it was then.

Of each person and chat the newest copy is taken, with all that they said of its answers: the chat and its siblings
as the reader of exported chats gives them, and a signal for each thumb. Of people
who do not allow it nothing is kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from commonwheel.collect.conversations import name_of, row_of, text_of
from commonwheel.collect.exports.open_webui import conversation, tree_of
from commonwheel.collect.items import Item, Origin, Row, Skipped, made
from commonwheel.collect.lines import File, opened
from commonwheel.collect.shapes import inside
from commonwheel.records.contribution import AnyContribution, Prompted

_SAID = ("reason", "comment")


@dataclass(slots=True, kw_only=True)
class Rated:
    """What one person said of the answers in one chat: `first` is when they began to, `row` the newest copy."""

    user: str
    chat: str
    first: datetime
    latest: datetime
    row: Row
    thumbs: dict[str, tuple[datetime, Row]] = field(default_factory=dict)
    """By message: the newest, and when it was."""

    def items(self) -> Iterator[Item]:
        """Contributions without terms, on behalf of the person."""
        messages = self.row["chat"]["history"]["messages"]
        for message, (_, data) in self.thumbs.items():
            if isinstance(messages.get(message), dict):
                messages[message]["annotation"] = {"rating": data["rating"]}
        for found in conversation(f"chat {self.chat}", self.row).items(None):
            if isinstance(found, Skipped):
                yield found
            elif not isinstance(found, Origin):
                yield self._theirs(found)
        places = tree_of(self.row).places()
        for message, (_, data) in self.thumbs.items():
            thumb = made(self._thumb(data, places.get(message)), f"chat {self.chat}", None)
            yield thumb if isinstance(thumb, Skipped) else self._theirs(thumb)

    def _thumb(self, data: Row, place: tuple[int, int] | None) -> Row:
        """A thumb about the chat, by whose name feedback finds it; `message` and `sibling` say on which answer."""
        detail: dict[str, Any] = {name: said for name in _SAID if (said := text_of(data.get(name)))}
        if place is not None:
            detail |= dict(zip(("message", "sibling"), place, strict=True))
        if isinstance(degree := row_of(data.get("details")).get("rating"), int):
            detail["degree"] = degree
        thumb = {"kind": "signal", "target": self.chat, "name": "thumb", "value": data["rating"] == 1}
        return thumb | {"detail": detail}

    def _theirs(self, given: AnyContribution) -> AnyContribution:
        source = replace(
            given.source, door="openwebui", prompted=Prompted.PASSIVE, conversation=self.chat, created=self.first
        )
        return replace(given, source=source, on_behalf_of=self.user)


def read_ratings(file: File, allows: Callable[[str], bool]) -> Iterator[Rated | Skipped]:
    """What those people rated who allow it; a row that is no rating of a chat is told of and left.

    `allows` is asked of each row's person, before anything of the row is kept.
    """
    kept: dict[tuple[str, str], Rated] = {}
    with opened(file) as source:
        for found in inside(source):
            if isinstance(found, Skipped):
                yield found
            elif (why := _added(kept, found[1], allows)) is not None:
                yield Skipped(where=found[0], why=why)
    yield from kept.values()


def _added(kept: dict[tuple[str, str], Rated], row: Row, allows: Callable[[str], bool]) -> str | None:
    """Put a row to what the same person said of the same chat; the reason where it cannot be."""
    data, meta, user = row_of(row.get("data")), row_of(row.get("meta")), name_of(row.get("user_id"))
    chat, message = name_of(meta.get("chat_id")), name_of(meta.get("message_id"))
    if user is None or chat is None or message is None or data.get("rating") not in (1, -1):
        return "not a rating of an answer"
    copy = row_of(row_of(row.get("snapshot")).get("chat"))
    copy = copy if isinstance(copy.get("chat"), dict) else {"id": chat, "chat": copy}
    if not isinstance(row_of(row_of(copy["chat"]).get("history")).get("messages"), dict):
        return "holds no copy of the chat"
    at = _moment(row.get("created_at"))
    if at is None:
        return "does not say when it was"
    if not allows(user):
        return None
    rated = kept.setdefault((user, chat), Rated(user=user, chat=chat, first=at, latest=at, row=copy))
    rated.first = min(rated.first, at)
    if at >= rated.latest:
        rated.latest, rated.row = at, copy
    if message not in rated.thumbs or at >= rated.thumbs[message][0]:
        rated.thumbs[message] = at, data
    return None


def _moment(value: Any) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and 0 < value < 1 << 33 else None
