"""The door for traces: OTLP over HTTP, as instrumented applications send them."""

import pydantic_core
import structlog
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from commonwheel.collect.otlp.interactions import traced
from commonwheel.collect.otlp.wire import MAX_BYTES, spans_of_json, spans_of_protobuf, unpacked
from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import CommonwheelError, Encoded, TooLarge, WaitingRoomFull
from commonwheel.journeys.contribute import Gift
from commonwheel.people.tokens import TokenScope
from commonwheel.web.accepting import Accepting
from commonwheel.web.api.answers import answers
from commonwheel.web.asking import Arrival, Arriving

router = APIRouter(tags=["give"])
log = structlog.get_logger()

_TOGETHER = 64
_PROTOBUF, _JSON = "application/x-protobuf", "application/json"
_TRACES = {
    "requestBody": {
        "required": True,
        "content": {
            _PROTOBUF: {"schema": {"type": "string", "format": "binary"}},
            _JSON: {"schema": {"type": "object"}},
        },
    },
    "security": [{"HTTPBearer": []}],
}


@router.post(
    "/v1/traces",
    responses=answers(
        {
            200: {
                "description": "An ExportTraceServiceResponse; `partialSuccess` says how many were not taken.",
                "content": {_JSON: {"schema": {"type": "object"}}, _PROTOBUF: {"schema": {"type": "string"}}},
            }
        },
        413,
        415,
        429,
    ),
    openapi_extra=_TRACES,
)
async def take_traces(request: Request, arrival: Arriving) -> Response:
    """Answers of models become chats, with `commonwheel.edit` corrections; evaluations become signals.

    What carries no consent, for a token that has no terms, is counted and kept out. Sent again it is given once.
    """
    arrival.actor.require(TokenScope.CONTRIBUTE, TokenScope.ON_BEHALF)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (_PROTOBUF, _JSON):
        raise Encoded("Send application/x-protobuf or application/json.")
    body = unpacked(await _packed(request), request.headers.get("content-encoding", "").strip().lower())
    gifts, refused = await run_in_threadpool(_read, media_type, body, arrival)
    found = len(gifts) + len(refused)
    refused += await _give(request.app.state.accepting, gifts)
    if refused:
        log.info("otlp.kept_out", spans=len(refused), of=found)
    return _answer(media_type, refused)


def _read(media_type: str, body: bytes, arrival: Arrival) -> tuple[list[Gift], list[CommonwheelError]]:
    """What can be given of a request, and what cannot, as refusals."""
    gifts, refused = [], []
    for span in (spans_of_json if media_type == _JSON else spans_of_protobuf)(body):
        for each in traced(span):
            raw = pydantic_core.to_json(each.body)
            try:
                given = read_contribution(raw)
            except CommonwheelError as problem:
                refused.append(problem)
            else:
                gifts.append(
                    Gift(actor=arrival.actor, given=given, raw=raw, key=each.key, receipt=False, ids=each.ids)
                )
    return gifts, refused


async def _give(accepting: Accepting, gifts: list[Gift]) -> list[CommonwheelError]:
    """Give in groups, as a large request would keep others waiting. A full waiting room answers for the whole."""
    refused: list[CommonwheelError] = []
    for start in range(0, len(gifts), _TOGETHER):
        for outcome in await accepting.accept(gifts[start : start + _TOGETHER]):
            if isinstance(outcome, WaitingRoomFull):
                raise outcome  # sent again later, what was taken is not taken twice
            if isinstance(outcome, CommonwheelError):
                refused.append(outcome)
    return refused


async def _packed(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise TooLarge(f"A request has at most {MAX_BYTES} bytes.", most=MAX_BYTES)
    return bytes(body)


def _answer(media_type: str, refused: list[CommonwheelError]) -> Response:
    """In the encoding of the request. What is refused is told by its reasons, and never by its words."""
    found = [fault for each in refused for fault in each.details.get("faults", ())]
    faults = sorted({f"{fault['path']}: {fault['problem']}" for fault in found})
    why = "; ".join(faults or sorted({each.message for each in refused}))[:500]
    if media_type == _JSON:
        partial = {"rejectedSpans": str(len(refused)), "errorMessage": why}
        return Response(pydantic_core.to_json({"partialSuccess": partial} if refused else {}), media_type=_JSON)
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    answer = ExportTraceServiceResponse()
    if refused:
        answer.partial_success.rejected_spans = len(refused)
        answer.partial_success.error_message = why
    return Response(answer.SerializeToString(), media_type=_PROTOBUF)
