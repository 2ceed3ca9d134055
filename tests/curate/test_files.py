"""Files without what is written about them: nothing of it is left, the rest is, and hostile ones do no harm."""

import base64
import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.attachments import clean
from commonwheel.curate.detect import detect
from commonwheel.curate.files import documents, images
from commonwheel.curate.files.documents import document_cleaner_of
from commonwheel.curate.files.images import Unclean, cleaner_of
from commonwheel.curate.policy import decide
from commonwheel.curate.policy_files import load_policy
from commonwheel.curate.redact import redact
from tests.curate import files
from tests.curate.files import SECRET

IMAGES = {"jpeg": files.jpeg(), "png": files.png(), "gif": files.gif(), "webp": files.webp()}
DOCUMENTS = {"pdf": files.pdf(), "docx": files.docx(), "odt": files.odt()}
FILES = IMAGES | DOCUMENTS


def cleaned(data: bytes) -> bytes:
    cleaner = cleaner_of(data) or document_cleaner_of(data)
    assert cleaner is not None
    return cleaner(data)


def everything_in(data: bytes) -> bytes:
    """A file with everything in it that is packed."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return data + b"\n".join(archive.read(entry) for entry in archive.infolist())


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_about_a_file_goes(name: str) -> None:
    assert SECRET in everything_in(FILES[name])
    left = everything_in(cleaned(FILES[name]))
    assert SECRET not in left and SECRET.decode().encode("utf-16-be") not in left


@pytest.mark.parametrize("name", FILES)
def test_cleaning_says_the_same_every_time(name: str) -> None:
    once = cleaned(FILES[name])
    assert cleaned(FILES[name]) == once
    assert name == "pdf" or cleaned(once) == once


@pytest.mark.parametrize("make", [files.jpeg, files.png, files.webp])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_which_way_up_a_picture_is_stays(make: Any, orientation: int) -> None:
    told = struct.pack("!HHIHH", 0x0112, 3, 1, orientation, 0)
    assert (told in cleaned(make(orientation))) == (orientation != 1)


def test_the_picture_stays_as_it_is() -> None:
    assert b"\x12\xff\0\x34\xff\xd0\x56" in cleaned(IMAGES["jpeg"])
    assert b"Adobe\0d\0\0\0\0\1" in cleaned(IMAGES["jpeg"])
    assert cleaned(IMAGES["gif"]).count(b"\2\2\x4c\1\0") == 2 and b"NETSCAPE2.0" in cleaned(IMAGES["gif"])
    assert zlib.compress(b"\0\x80") in cleaned(IMAGES["png"])
    assert files.piece(b"VP8L", b"\x2f" + bytes(4)) in cleaned(IMAGES["webp"])


def test_the_document_stays_readable() -> None:
    from pypdf import PdfReader

    page = PdfReader(io.BytesIO(cleaned(DOCUMENTS["pdf"]))).pages[0]
    assert page["/Annots"][0].get_object()["/Contents"] == "A remark."  # type: ignore[index]
    with zipfile.ZipFile(io.BytesIO(cleaned(DOCUMENTS["docx"]))) as archive:
        assert b"Hello" in archive.read("word/document.xml")
        assert b"thumbnail" not in archive.read("_rels/.rels") and b"r2" in archive.read("_rels/.rels")
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with zipfile.ZipFile(io.BytesIO(cleaned(DOCUMENTS["odt"]))) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED


# --- hostile ---


@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_broken_file_is_cleaned_or_said_not_to_be(name: str, data: st.DataObject) -> None:
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            del content[at:]
        if len(content) < 16:
            return
    body = bundle(bytes(content))
    changed, kept = clean(body)
    assert set(changed) <= {"/attachments/0/data"} and len(changed) + len(kept) <= 1


BEGINNINGS = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\xff\0\0\0WEBP", b"%PDF-", b"PK\3\4"]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=200))
def test_noise_is_said_to_be_uncleaned(beginning: bytes, noise: bytes) -> None:
    clean(bundle(beginning + noise))


BOMBS = {
    "pixels of a PNG": files.png(size=1 << 30),
    "pixels of a JPEG": files.jpeg(size=0xFFFF),
    "pixels of a WebP": files.webp(size=1 << 23),
    "a ZIP of zeros": files.docx(word__big_xml=bytes(documents.MOST_BYTES + 1)),
    "many files": files.docx(**{f"a{n}_xml": b"" for n in range(documents.MOST_FILES)}),
    "documents in documents": files.docx(a_docx=files.docx(a_docx=files.docx(a_docx=files.docx()))),
    "a program": files.docx(word__vbaProject_bin=b"\xd0\xcf\x11\xe0"),
    "words in UTF-16": files.docx(word__a_xml="<w/>".encode("utf-16")),
    "a ZIP of something else": files.zipped({"a.txt": b"hello"}),
    "a PDF with a password": b"%PDF-1.7\ntrailer << /Encrypt 1 0 R >>",
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_what_would_do_harm_is_not_opened(data: bytes) -> None:
    with pytest.raises(Unclean):
        cleaned(data)


def test_no_picture_is_larger_than_can_be_shown() -> None:
    side = int(images.MOST_PIXELS**0.5)
    cleaned(files.png(size=side))
    with pytest.raises(Unclean):
        cleaned(files.png(size=side + 1))


# --- in records ---


def bundle(data: bytes, media_type: str = "application/octet-stream") -> dict[str, Any]:
    """A bundle of one attachment."""
    attachment = {"name": "a", "media_type": media_type, "data": base64.b64encode(data).decode()}
    return {"kind": "bundle", "messages": [{"role": "user", "content": "Look"}], "attachments": [attachment]}


def showing(url: str) -> dict[str, Any]:
    """A chat with an image in it."""
    part = {"type": "image_url", "image_url": {"url": url}}
    return {"kind": "chat", "messages": [{"role": "user", "content": [part]}]}


def curated(body: dict[str, Any]) -> tuple[set[str], dict[str, Any]]:
    """What is found, and what would be public."""
    detection = detect(body)
    assert not detection.failed
    verdict = decide(load_policy("default"), detection)
    assert verdict.action == "quarantine"
    public = redact(body, detection.findings, verdict.hide, cleaned=detection.cleaned)
    return {finding.kind for finding in detection.findings if finding.kind.startswith("quality.")}, public


@pytest.mark.parametrize("name", FILES)
def test_an_attachment_is_published_without_what_is_written_about_it(name: str) -> None:
    kinds, public = curated(bundle(FILES[name]))
    assert kinds >= {"quality.unreadable"} and "quality.metadata" not in kinds
    assert base64.b64decode(public["attachments"][0]["data"]) == cleaned(FILES[name])


def test_an_image_in_an_address_is_cleaned_and_no_text() -> None:
    data = base64.b64encode(IMAGES["jpeg"]).decode()
    kinds, public = curated(showing(f"data:image/jpeg;base64,{data}"))
    assert kinds >= {"quality.unreadable"} and "quality.metadata" not in kinds
    url = public["messages"][0]["content"][0]["image_url"]["url"]
    assert url == "data:image/jpeg;base64," + base64.b64encode(cleaned(IMAGES["jpeg"])).decode()


@pytest.mark.parametrize(
    "body",
    [
        bundle(b"ID3\3\0\0" + SECRET, "audio/mpeg"),
        bundle(b"<svg><metadata/></svg>", "image/svg+xml"),
        bundle(b"\0\1\2", "text/plain"),
        bundle(IMAGES["jpeg"][:40], "image/jpeg"),
        showing("data:image/jpeg;name=ann@example.com;base64,AAAA"),
        showing("DATA:image/png;base64,AAAA"),
        showing("data:image/tiff;base64,SUkqAA=="),
    ],
)
def test_a_person_is_told_what_cannot_be_cleaned(body: dict[str, Any]) -> None:
    kinds, _ = curated(body)
    assert kinds >= {"quality.metadata", "quality.unreadable"}


@pytest.mark.parametrize("media_type", ["text/plain", "text/csv", "application/json"])
def test_plain_text_has_no_metadata(media_type: str) -> None:
    kinds, _ = curated(bundle("Grüezi\n".encode(), media_type))
    assert "quality.metadata" not in kinds


def test_a_number_in_an_address_that_is_no_image_is_still_seen() -> None:
    found = detect(showing("data:text/plain,4111 1111 1111 1111")).findings
    assert "personal.card" in {finding.kind for finding in found}
