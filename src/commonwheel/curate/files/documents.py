"""Documents without their properties: PDF, and the ZIP files of office programs.

They are rewritten from what can be reached and is known; what is neither known nor an image that can be
cleaned makes the whole a file that cannot be. Sizes are bounded before anything is inflated.
"""

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from commonwheel.curate.files.images import Unclean, cleaner_of

MOST_BYTES = 100_000_000
"""Of all the files in a ZIP together, inflated."""
MOST_FILES = 5000
"""In a ZIP."""

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_DEEPEST = 2
"""Levels of documents inside documents."""


def document_cleaner_of(data: bytes) -> Callable[[bytes], bytes] | None:
    """What cleans a document of this format, told by how it begins."""
    if data.startswith(b"%PDF-"):
        return clean_pdf
    if data.startswith(b"PK\x03\x04"):
        return clean_office
    return None


# PDF -------------------------------------------------------------------------------------------------------------

_ABOUT = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/EmbeddedFiles", "/AF", "/FS")
_ABOUT_REMARKS = ("/M", "/CreationDate", "/NM")
_ROUNDS = 20
_TELLTALES = (b"Exif\0", b"http://ns.adobe.com/", b"Photoshop 3.0")


def clean_pdf(data: bytes) -> bytes:
    """A PDF as its latest version shows it: no properties, no names beside remarks, no files inside."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError
    from pypdf.generic import DictionaryObject

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings quote the file
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Unclean
        writer = PdfWriter(clone_from=reader)
        writer.metadata = None
        writer._ID = None
        for thing in writer._objects:
            if isinstance(thing, DictionaryObject):
                _forget(thing)
        _drop_unreachable(writer)
        cleaned = io.BytesIO()
        writer.write(cleaned)
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        raise Unclean from None
    return cleaned.getvalue()


def _forget(thing: Any) -> None:
    """Take out of one object of a PDF what is told about it."""
    for name in _ABOUT:
        thing.pop(name, None)
    if "/Rect" in thing and thing.get("/Subtype") != "/Widget":
        for name in ("/T", *_ABOUT_REMARKS):
            thing.pop(name, None)
    if thing.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        thing._data = _picture(thing._data)


def _picture(data: bytes) -> bytes:
    cleaner = cleaner_of(data)
    try:
        if cleaner is not None:
            return cleaner(data)
    except Unclean:
        pass
    if any(telltale in data for telltale in _TELLTALES):
        raise Unclean
    return data


def _drop_unreachable(writer: Any) -> None:
    """What nothing refers to any more would be written all the same, and one thing refers to the next."""
    for _ in range(_ROUNDS):
        before = sum(thing is None for thing in writer._objects)
        writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
        if sum(thing is None for thing in writer._objects) == before:
            return
    raise Unclean


# Office ----------------------------------------------------------------------------------------------------------

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_EMPTIED = {
    "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}"/>',
    "docProps/app.xml": f'<Properties xmlns="{_OFFICE}extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{_OFFICE}custom-properties"/>',
    "meta.xml": f'<office:document-meta xmlns:office="{_ODF}office:1.0" office:version="1.2"/>',
}
_MARKUP = (".xml", ".rels", ".vml", ".rdf")
_FONTS = (".odttf", ".fntdata", ".ttf", ".otf")
_THUMBNAIL = re.compile(r"docProps/thumbnail\.[a-z]{1,5}")
_THUMBNAIL_LINK = re.compile(rb"<Relationship\b[^<>]{0,1000}/metadata/thumbnail[^<>]{0,1000}>")
_AUTHORS = (
    (re.compile(rb'\b(w\d{0,2}:(?:author|initials|userId|providerId)=)"[^"]{0,1000}"'), rb'\1""'),
    (re.compile(rb"<(author|dc:creator|meta:creator-initials|meta:initial-creator)>[^<]{0,1000}<"), rb"<\1><"),
    (re.compile(rb'\b(displayName|userId|providerId|initials|lastModifiedBy)="[^"]{0,1000}"'), rb'\1=""'),
)
"""Names of those who remark on a text, change it or work on it, as Word, Excel and LibreOffice write them."""


def clean_office(data: bytes, depth: int = 0) -> bytes:
    """A document of an office program without properties, names of authors and dates of its parts."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(made, "w") as cleaned:
            entries = [entry for entry in given.infolist() if not entry.is_dir()]
            names = {entry.filename for entry in entries}
            if len(names) < len(entries) or len(names) > MOST_FILES or not _is_office(given, names):
                raise Unclean
            left = MOST_BYTES
            for entry in entries:
                content = _content(given, entry, left)
                left -= len(content)
                kept = _cleaned_part(entry.filename, content, depth)
                if kept is not None:
                    stored = entry.filename == "mimetype"
                    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                    cleaned.writestr(zipfile.ZipInfo(entry.filename, _LONG_AGO), kept, how)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError):
        raise Unclean from None
    return made.getvalue()


def _is_office(given: zipfile.ZipFile, names: set[str]) -> bool:
    if "[Content_Types].xml" in names:
        return True
    if "mimetype" not in names:
        return False
    kind = _content(given, given.getinfo("mimetype"), 200)
    return kind.startswith(b"application/vnd.oasis.opendocument")


def _content(given: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with given.open(entry) as source:
        content = source.read(most + 1)
    if len(content) > most:
        raise Unclean
    return content


def _cleaned_part(name: str, content: bytes, depth: int) -> bytes | None:
    """One file of a document; None where it is left out."""
    if name in _EMPTIED:
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{_EMPTIED[name]}'.encode()
    if _THUMBNAIL.fullmatch(name):
        return None
    if name == "mimetype" or name.endswith(_FONTS):
        return content
    if name.endswith(_MARKUP):
        return _without_authors(content)
    cleaner = cleaner_of(content)
    if cleaner is not None:
        return cleaner(content)
    if depth < _DEEPEST and content.startswith(b"PK\x03\x04"):
        return clean_office(content, depth + 1)
    raise Unclean


def _without_authors(content: bytes) -> bytes:
    if b"\0" in content:
        raise Unclean  # an encoding in which these names cannot be found
    for pattern, instead in _AUTHORS:
        content = pattern.sub(instead, content)
    return _THUMBNAIL_LINK.sub(b"", content)
