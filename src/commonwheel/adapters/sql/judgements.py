"""Answers of judges, and how many were asked for, in SQL."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import FINDINGS, to_json
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore, lock_rows
from commonwheel.records.findings import Finding


class SqlJudgements:
    """See `commonwheel.ports.Judgements`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def known(self, digests: Collection[bytes]) -> dict[bytes, tuple[Finding, ...]]:
        """By primary keys, in batches."""
        found = {}
        for batch in in_batches(digests):
            for row in self._c.execute(select(t.judgement).where(t.judgement.c.digest.in_(batch))):
                found[bytes(row.digest)] = FINDINGS.validate_json(row.findings)
        return found

    def keep(self, answers: Mapping[bytes, tuple[str, tuple[Finding, ...]]], at: datetime) -> None:
        """Of two answers about the same words the first stays. In order, so that two who keep take turns."""
        if answers:
            self._c.execute(
                insert_or_ignore(self._c, t.judgement),
                [
                    {"digest": digest, "contribution": id, "at": at, "findings": to_json(FINDINGS, findings)}
                    for digest, (id, findings) in sorted(answers.items())
                ],
            )

    def forget(self, before: datetime) -> int:
        """By time; run once a day."""
        self._c.execute(delete(t.judge_calls).where(t.judge_calls.c.day < before.date().isoformat()))
        return self._c.execute(delete(t.judgement).where(t.judgement.c.at < before)).rowcount

    def spend(self, day: str, wanted: int, most: int) -> int:
        """Workers take turns: each sees what the others counted."""
        self._c.execute(insert_or_ignore(self._c, t.judge_calls).values(day=day, calls=0))
        of_day = t.judge_calls.c.day == day
        spent: int = self._c.execute(lock_rows(select(t.judge_calls.c.calls).where(of_day))).scalar_one()
        granted = max(0, min(wanted, most - spent))
        if granted:
            self._c.execute(update(t.judge_calls).where(of_day).values(calls=spent + granted))
        return granted

    def spent(self, day: str) -> int:
        """By primary key."""
        query = select(t.judge_calls.c.calls).where(t.judge_calls.c.day == day)
        return self._c.execute(query).scalar_one_or_none() or 0
