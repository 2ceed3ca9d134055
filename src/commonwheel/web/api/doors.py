"""The doors of the API: contributions one by one and in batches, previews, edits, feedback."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from commonwheel.collect.payloads import MAX_BODY_BYTES, read_contribution, read_edit, read_feedback
from commonwheel.errors import CommonwheelError, TooLarge
from commonwheel.journeys.contribute import Accepted, Gift
from commonwheel.journeys.preview import preview
from commonwheel.people.tokens import TokenScope
from commonwheel.records.contribution import MAX_RECORD_BYTES, AnyContribution
from commonwheel.web.accepting import Accepting, Outcome
from commonwheel.web.api.answers import Given, IdOnly, Preview, answers
from commonwheel.web.asking import (
    Arrival,
    Arriving,
    SignedIn,
    TheWorld,
    body_of,
    chunks_of,
    door,
    parsed,
    takes,
)
from commonwheel.web.errors import error_body, status_of

router = APIRouter(tags=["give"])

MAX_BATCH_LINES = 10_000
MAX_BATCH_BYTES = 200_000_000
_LINES_TOGETHER = 512
_NDJSON = "application/x-ndjson"


@router.post(
    "/contributions",
    status_code=201,
    responses=answers({200: Given, 201: Given}, 409, 413, 415, 429),
    openapi_extra=door("ContributionGiven"),
)
async def give(request: Request, arrival: Arriving) -> Response:
    """Give one contribution. After a 2xx it survives a crash and a power loss."""
    body = await body_of(request, MAX_BODY_BYTES)
    return _json(await _accept(request, arrival, await parsed(read_contribution, body), body))


@router.post(
    "/edits",
    status_code=202,
    responses=answers({202: IdOnly}, 409, 413, 415, 429),
    openapi_extra=door("Edit"),
)
async def give_edit(request: Request, arrival: Arriving) -> Response:
    """The flywheel logger: a prompt, the model's output, and the user's edit of it."""
    body = await body_of(request, MAX_RECORD_BYTES)
    accepted = await _accept(request, arrival, await parsed(read_edit, body), body)
    return JSONResponse({"id": accepted.id}, 202)


@router.post(
    "/feedback",
    status_code=201,
    responses=answers({200: Given, 201: Given}, 409, 413, 415, 429),
    openapi_extra=door("Feedback"),
)
async def give_feedback(request: Request, arrival: Arriving) -> Response:
    """A signal about an interaction or a message: a thumb, stars, a flag, a grade, behaviour."""
    body = await body_of(request, MAX_RECORD_BYTES)
    return _json(await _accept(request, arrival, await parsed(read_feedback, body), body))


@router.post(
    "/contributions/preview",
    responses=answers({200: Preview}, 413, 415),
    openapi_extra=takes("ContributionGiven"),
)
async def show_preview(request: Request, world: TheWorld, actor: SignedIn) -> Response:
    """What would be public, and why the rest would not. Stores nothing."""
    actor.require(TokenScope.CONTRIBUTE, TokenScope.ON_BEHALF)
    body = await body_of(request, MAX_BODY_BYTES)
    given = await parsed(read_contribution, body)
    return JSONResponse(await run_in_threadpool(preview, world, actor, given))


@router.post(
    "/contributions/batch",
    responses=answers(
        {
            200: {
                "description": "One line for each line, in order.",
                "content": {_NDJSON: {"schema": {"$ref": "#/components/schemas/BatchLine"}}},
            }
        },
        413,
        415,
        429,
    ),
    openapi_extra=door("ContributionGiven", _NDJSON),
)
async def give_batch(request: Request, arrival: Arriving) -> Response:
    """Give many: NDJSON in, NDJSON out, one line each. Each line is accepted or refused on its own.

    Receipts are at GET /contributions/{id}/receipt. With an Idempotency-Key each line has the key
    `<key>:<line>`, so a batch can be sent again whole.
    """
    arrival.actor.require(TokenScope.CONTRIBUTE, TokenScope.ON_BEHALF)
    under_way: list[asyncio.Task[list[bytes]]] = []
    async for lines in _groups(_lines(request)):
        under_way.append(asyncio.create_task(_accept_lines(request, arrival, lines)))
        if len(under_way) > 1:
            await under_way[-2]  # one group is read while the one before it is stored
    answers = [answer for group in await asyncio.gather(*under_way) for answer in group]
    return Response(b"".join(answers), media_type=_NDJSON)


async def _groups(lines: AsyncIterator[tuple[int, bytes]]) -> AsyncIterator[list[tuple[int, bytes]]]:
    group: list[tuple[int, bytes]] = []
    async for line in lines:
        group.append(line)
        if len(group) == _LINES_TOGETHER:
            yield group
            group = []
    if group:
        yield group


def _json(accepted: Accepted) -> Response:
    return Response(accepted.answer, 200 if accepted.repeated else 201, media_type="application/json")


async def _accept(request: Request, arrival: Arrival, given: AnyContribution, raw: bytes) -> Accepted:
    accepting: Accepting = request.app.state.accepting
    [outcome] = await accepting.accept([Gift(actor=arrival.actor, given=given, raw=raw, key=arrival.key)])
    if isinstance(outcome, CommonwheelError):
        raise outcome
    return outcome


async def _accept_lines(request: Request, arrival: Arrival, lines: list[tuple[int, bytes]]) -> list[bytes]:
    outcomes: dict[int, Outcome] = {}
    read = await run_in_threadpool(_read_lines, arrival, lines)
    gifts = {number: gift for number, gift in read.items() if isinstance(gift, Gift)}
    accepting: Accepting = request.app.state.accepting
    if gifts:
        outcomes |= zip(gifts, await accepting.accept(list(gifts.values())), strict=True)
    outcomes |= {number: problem for number, problem in read.items() if isinstance(problem, CommonwheelError)}
    return [_answer_line(number, outcomes[number]) for number, _ in lines]


def _read_lines(arrival: Arrival, lines: list[tuple[int, bytes]]) -> dict[int, Gift | CommonwheelError]:
    read: dict[int, Gift | CommonwheelError] = {}
    for number, line in lines:
        try:
            given = read_contribution(line)
        except CommonwheelError as problem:
            read[number] = problem
        else:
            key = None if arrival.key is None else f"{arrival.key}:{number}"
            read[number] = Gift(actor=arrival.actor, given=given, raw=line, key=key, receipt=False)
    return read


def _answer_line(number: int, outcome: Outcome) -> bytes:
    if isinstance(outcome, CommonwheelError):
        answer = {"line": number, "status": status_of(outcome), **error_body(outcome)}
        return json.dumps(answer).encode() + b"\n"
    status = 200 if outcome.repeated else 201
    return b'{"line": %d, "status": %d, %b\n' % (number, status, outcome.answer.removeprefix("{").encode())


async def _lines(request: Request) -> AsyncIterator[tuple[int, bytes]]:
    """Numbered lines that are not empty; TooLarge past the bounds of a line or of the whole."""
    buffer, searched, number, total = bytearray(), 0, 0, 0
    async for chunk in chunks_of(request):
        total += len(chunk)
        if total > MAX_BATCH_BYTES:
            raise TooLarge(f"A batch has at most {MAX_BATCH_BYTES} bytes: send several.", most=MAX_BATCH_BYTES)
        buffer += chunk
        while (end := buffer.find(b"\n", searched)) >= 0:
            line = bytes(buffer[:end])
            del buffer[: end + 1]
            searched, number = 0, number + 1
            if line.strip():
                yield _checked(number), line
        searched = len(buffer)
        if searched > MAX_BODY_BYTES:
            raise TooLarge(f"Line {number + 1} is longer than {MAX_BODY_BYTES} bytes.", line=number + 1)
    if buffer.strip():
        yield _checked(number + 1), bytes(buffer)


def _checked(number: int) -> int:
    if number > MAX_BATCH_LINES:
        raise TooLarge(f"A batch has at most {MAX_BATCH_LINES} lines: send several.", most=MAX_BATCH_LINES)
    return number
