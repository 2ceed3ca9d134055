"""Takes out of files what is written about them, where their format is known, and says where it is not.

Nothing here looks at what a file shows: that is for a person, always.
"""

import base64
import binascii
import re
from collections.abc import Callable

from commonwheel.curate.files.documents import document_cleaner_of
from commonwheel.curate.files.images import Unclean, cleaner_of
from commonwheel.records.body import Body
from commonwheel.records.findings import Finding
from commonwheel.records.media import is_data_url, media

FILES, VERSION = "files", "1"
"""Stands for the name of a detector: what it sees are files whose metadata it cannot take out."""

CLEANED = ("JPEG", "PNG", "GIF", "WebP", "PDF", "docx, xlsx, pptx", "odt, ods, odp")
"""Formats that metadata are taken out of. Plain text has none."""

_PLAIN = ("text/plain", "text/csv", "text/markdown", "application/json")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def clean(body: Body) -> tuple[dict[str, str], list[Finding]]:
    """The files of a body that metadata were taken out of, by pointer; and which of them keep theirs."""
    cleaned: dict[str, str] = {}
    kept_by = []
    for pointer, given in media(body):
        head, data = _split(given)
        try:
            kept = _clean(data, _declared(body, pointer), address=head != "")
        except (Unclean, binascii.Error):
            kept_by.append(uncleaned(pointer))
        else:
            if kept != data:
                cleaned[pointer] = head + kept
    return cleaned, kept_by


def uncleaned(pointer: str) -> Finding:
    """That a file may hold metadata still."""
    return Finding(kind="quality.metadata", detector=FILES, version=VERSION, score=1.0, pointer=pointer)


def _split(given: str) -> tuple[str, str]:
    """Of an image in an address, what goes before the image."""
    if given[:5].lower() != "data:":
        return "", given
    if not is_data_url(given):
        return given[:5], "!"  # which is no base64
    head, comma, data = given.partition(",")
    return head + comma, data


def _declared(body: Body, pointer: str) -> str:
    _, first, second, *_ = pointer.split("/")
    return str(body["attachments"][int(second)].get("media_type")) if first == "attachments" else ""


def _clean(data: str, declared: str, *, address: bool) -> str:
    content = base64.b64decode(data, validate=True)
    cleaner: Callable[[bytes], bytes] | None = cleaner_of(content)
    if cleaner is None and not address:
        cleaner = document_cleaner_of(content)
    if cleaner is not None:
        return base64.b64encode(cleaner(content)).decode()
    if content and not (declared in _PLAIN and _is_plain(content)):
        raise Unclean
    return data


def _is_plain(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(content) is None
