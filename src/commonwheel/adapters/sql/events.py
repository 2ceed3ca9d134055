"""What happened, in SQL."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from commonwheel.adapters.sql import schema as t
from commonwheel.records.stored import Event

_ADD = insert(t.event)


class SqlEvents:
    """See `commonwheel.ports.Events`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, events: Sequence[Event]) -> None:
        """One INSERT."""
        if events:
            self._c.execute(
                _ADD,
                [
                    {
                        "at": event.at,
                        "name": event.name,
                        "contribution": event.contribution,
                        "number": event.number,
                        "data": json.dumps(event.data),
                    }
                    for event in events
                ],
            )

    def of(self, contribution: str) -> list[Event]:
        """In the order they were written, whatever the clock said."""
        query = select(t.event).where(t.event.c.contribution == contribution).order_by(t.event.c.seq)
        return [
            Event(
                name=row.name,
                at=row.at,
                contribution=row.contribution,
                number=row.number,
                data=json.loads(row.data),
            )
            for row in self._c.execute(query)
        ]
