"""Models in SQL."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore
from commonwheel.errors import Conflict
from commonwheel.ports.models import Said
from commonwheel.records.model import Learned, Model, ModelState, Part, Step, check_model_move

_JSON = ("left_out", "facts", "report", "history")
_PROMOTED = t.model.c.state == ModelState.PROMOTED


class SqlModels:
    """See `commonwheel.ports.Models`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, model: Model, learned: Sequence[Learned]) -> None:
        """One row, and one for each pair."""
        new = insert_or_ignore(self._c, t.model).values(_written(asdict(model))).returning(t.model.c.number)
        if self._c.execute(new).first() is None:
            raise Conflict("Another run began just now. Look, and try again.")
        self._add_learned(model.number, learned)

    def _add_learned(self, number: int, learned: Sequence[Learned]) -> None:
        if learned:
            self._c.execute(insert(t.learned), [{"model": number} | asdict(each) for each in learned])

    def get(self, number: int) -> Model | None:
        """By primary key."""
        row = self._c.execute(select(t.model).where(t.model.c.number == number)).one_or_none()
        return None if row is None else _model_of(row)

    def all(self) -> list[Model]:
        """By number."""
        return [_model_of(row) for row in self._c.execute(select(t.model).order_by(t.model.c.number))]

    def keep_said(self, number: int, said: Sequence[Said]) -> None:
        """All anew."""
        self._c.execute(delete(t.said).where(t.said.c.model == number))
        if said:
            rows = [
                {"model": number, "contribution": each.contribution, "mine": each.mine, "other": each.other}
                for each in said
            ]
            self._c.execute(insert(t.said), rows)

    def said(self, number: int) -> list[Said]:
        """By the first part of the primary key."""
        query = select(t.said).where(t.said.c.model == number).order_by(t.said.c.contribution)
        return [
            Said(contribution=row.contribution, mine=row.mine, other=row.other) for row in self._c.execute(query)
        ]

    def promoted(self) -> Model | None:
        """By an index that has one row."""
        row = self._c.execute(select(t.model).where(_PROMOTED)).one_or_none()
        return None if row is None else _model_of(row)

    def move(self, model: Model, to: ModelState, at: datetime, by: str, why: str = "") -> None:
        """Only from the state that the model was seen in; an index lets only one be promoted."""
        check_model_move(model.number, model.state, to)
        history = [*model.history, {"at": at.isoformat(), "what": to.value, "by": by, "why": why}]
        changed = (
            update(t.model)
            .where(t.model.c.number == model.number, t.model.c.state == model.state)
            .values(state=to, history=json.dumps(history))
        )
        try:
            done = self._c.execute(changed)
        except IntegrityError:
            raise Conflict("Another model was promoted just now. Look, and try again.") from None
        if done.rowcount != 1:
            raise Conflict(f"Model {model.name} was changed just now. Look, and try again.")

    def set(self, number: int, **values: Any) -> None:
        """By primary key."""
        self._c.execute(update(t.model).where(t.model.c.number == number).values(_written(values)))

    def note(self, number: int, at: datetime, what: str, why: str = "") -> None:
        """Read, added to, written."""
        history = json.loads(
            self._c.execute(select(t.model.c.history).where(t.model.c.number == number)).scalar_one()
        )
        history.append({"at": at.isoformat(), "what": what, "by": "", "why": why})
        self.set(number, history=history)

    def add_steps(self, number: int, steps: Sequence[Step]) -> None:
        """A step that is there goes first."""
        if steps:
            which = [each.step for each in steps]
            self._c.execute(delete(t.model_step).where(_of(number), t.model_step.c.step.in_(which)))
            rows = [{"model": number, "step": each.step, "numbers": _numbers(each)} for each in steps]
            self._c.execute(insert(t.model_step), rows)

    def steps(self, number: int) -> list[Step]:
        """In order."""
        rows = self._c.execute(select(t.model_step).where(_of(number)).order_by(t.model_step.c.step))
        return [Step(step=row.step, **json.loads(row.numbers)) for row in rows]

    def forget_steps(self, number: int) -> None:
        """All of one model."""
        self._c.execute(delete(t.model_step).where(_of(number)))

    def here(self, number: int) -> dict[Part, list[int]]:
        """Joined with gold: what is taken back has no row there any more."""
        query = (
            select(t.learned.c.part, t.learned.c.pair)
            .join(t.gold, t.gold.c.id == t.learned.c.pair)
            .where(t.learned.c.model == number, t.gold.c.dropped.is_(None))
            .order_by(t.learned.c.pair)
        )
        found: dict[Part, list[int]] = {part: [] for part in Part}
        for part, pair in self._c.execute(query):
            found[Part(part)].append(pair)
        return found

    def replace_learned(self, number: int, learned: Sequence[Learned]) -> None:
        """All rows of the model go."""
        self._c.execute(delete(t.learned).where(t.learned.c.model == number))
        self._add_learned(number, learned)

    def of_contribution(self, id: str) -> list[tuple[int, Part]]:
        """On either side of a pair; once for each model, learning before measuring."""
        found: dict[int, Part] = {}
        for column in (t.learned.c.contribution, t.learned.c.rejected_from):
            for number, part in self._c.execute(select(t.learned.c.model, t.learned.c.part).where(column == id)):
                if found.get(number) is not Part.TRAIN:
                    found[number] = Part(part)
        return sorted(found.items())

    def touched(self, pairs: Collection[int]) -> Mapping[int, int]:
        """In batches."""
        found: dict[int, int] = {}
        for batch in in_batches(sorted(pairs)):
            query = (
                select(t.learned.c.model, func.count())
                .where(t.learned.c.pair.in_(batch), t.learned.c.part == Part.TRAIN)
                .group_by(t.learned.c.model)
            )
            for number, counted in self._c.execute(query):
                found[number] = found.get(number, 0) + counted
        return dict(sorted(found.items()))


def _of(number: int) -> Any:
    return t.model_step.c.model == number


def _numbers(step: Step) -> str:
    return json.dumps({"of": step.of, "values": dict(step.values)})


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """As columns: what has parts as JSON."""
    return {
        name: json.dumps(value) if name in _JSON and value is not None else value for name, value in values.items()
    }


def _model_of(row: Row[Any]) -> Model:
    read = {name: json.loads(value) if name in _JSON and value else value for name, value in row._mapping.items()}
    return Model(**(read | {"state": ModelState(row.state)}))
