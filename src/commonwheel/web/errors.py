"""Every error of the API has one shape, and its status is decided here."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from commonwheel import errors

log = structlog.get_logger()

STATUS: dict[type[errors.CommonwheelError], int] = {
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.PreconditionRequired: 428,
    errors.Stale: 412,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooLarge: 413,
    errors.Encoded: 415,
    errors.WaitingRoomFull: 429,
    errors.TooOften: 429,
    errors.Unavailable: 503,
    errors.Refused: 409,
    errors.KeyLost: 410,
    errors.Misconfigured: 503,
}
"""The first that an error is an instance of counts."""


def status_of(problem: errors.CommonwheelError) -> int:
    """The HTTP status for a refusal."""
    return next((status for kind, status in STATUS.items() if isinstance(problem, kind)), 500)


def error_body(problem: errors.CommonwheelError) -> dict[str, object]:
    """`{"error": {"code", "message", "details"}}`."""
    return {"error": {"code": problem.code, "message": problem.message, "details": problem.details}}


def error_answer(problem: errors.CommonwheelError) -> JSONResponse:
    """An error as a response, with the headers that go with it."""
    headers = {}
    if isinstance(problem, errors.Unavailable):
        headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, errors.NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, errors.TooLarge):
        headers["Connection"] = "close"  # the rest of the body is not read
    return JSONResponse(error_body(problem), status_of(problem), headers)


def http_answer(problem: HTTPException) -> JSONResponse:
    """What the framework refuses, in the one shape."""
    code = {404: "not_found", 405: "method_not_allowed"}.get(problem.status_code, "http")
    body = {"error": {"code": code, "message": str(problem.detail), "details": {}}}
    return JSONResponse(body, problem.status_code, problem.headers)


def install(app: FastAPI) -> None:
    """Answer every error in the one shape. Input is never repeated: it may be private."""

    @app.exception_handler(errors.CommonwheelError)
    async def _refused(request: Request, problem: errors.CommonwheelError) -> Response:
        if status_of(problem) >= 500:
            log.warning("request.failed", path=_route(request), code=problem.code)
        return error_answer(problem)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, problem: RequestValidationError) -> Response:
        faults = [("/" + "/".join(map(str, error["loc"])), error["msg"]) for error in problem.errors()[:20]]
        return error_answer(errors.Invalid(faults))

    @app.exception_handler(HTTPException)
    def _http(_request: Request, problem: HTTPException) -> Response:
        return http_answer(problem)

    @app.exception_handler(Exception)
    async def _broken(request: Request, problem: Exception) -> Response:
        # The type and the place, never the message: it may quote what somebody gave.
        log.error("request.broke", path=_route(request), problem=type(problem).__name__)
        body = {"error": {"code": "broken", "message": "Something broke here. It was noted.", "details": {}}}
        return JSONResponse(body, 500)


def _route(request: Request) -> str:
    route = request.scope.get("route")
    return str(getattr(route, "path", "unknown"))
