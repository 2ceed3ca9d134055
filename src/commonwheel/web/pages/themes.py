"""Day and night: as the device says, or as somebody chose. The choice is a cookie that says nothing else."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.web.asking import app_of
from commonwheel.web.pages.visitor import TheFields, is_secure, local

router = APIRouter()

COOKIE = "commonwheel_theme"
_THEMES = ("light", "dark")
_A_YEAR = 31_536_000


def theme_of(request: Request) -> str:
    """What was chosen; empty where the device decides."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in _THEMES else ""


@router.post("/theme")
def choose(request: Request, fields: TheFields) -> Response:
    """Keep the choice, and go back to where it was made. It changes nothing else, so no seal is asked for."""
    answer = RedirectResponse(local(fields.one("next")) or "/", 303)
    theme, secure = fields.one("theme"), is_secure(app_of(request))
    if theme in _THEMES:
        answer.set_cookie(COOKIE, theme, max_age=_A_YEAR, httponly=True, samesite="lax", secure=secure)
    else:
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure)
    return answer
