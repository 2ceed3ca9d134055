"""Small files of every format, each with the same secret in all the places that tell about it."""

import io
import struct
import zipfile
import zlib

SECRET = b"Zebedee Quux"
UPRIGHT, TURNED = 1, 6


def exif(orientation: int = TURNED, order: str = ">") -> bytes:
    """A TIFF that names its maker, and which way up the picture is."""
    start = 8 + 2 + 2 * 12 + 4
    maker = struct.pack(f"{order}HHII", 0x013B, 2, len(SECRET), start)
    way = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    mark = b"MM\0*" if order == ">" else b"II*\0"
    return mark + struct.pack(f"{order}IH", 8, 2) + way + maker + b"\0\0\0\0" + SECRET


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack("!BBH", 0xFF, marker, len(content) + 2) + content


def jpeg(orientation: int = TURNED, size: int = 8, tail: bytes = SECRET) -> bytes:
    """A JPEG file: its pieces are in order, the picture is noise."""
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\2" + SECRET),
            _segment(0xE1, b"Exif\0\0" + exif(orientation)),
            _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + SECRET + b"</x>"),
            _segment(0xE2, b"ICC_PROFILE\0\1\1" + SECRET),
            _segment(0xED, b"Photoshop 3.0\0" + SECRET),
            _segment(0xEE, b"Adobe\0d\0\0\0\0\1" + SECRET),
            _segment(0xFE, SECRET),
            _segment(0xDB, bytes(65)),
            _segment(0xC0, struct.pack("!BHHB", 8, size, size, 1) + b"\1\x11\0"),
            b"\xff\xff" + _segment(0xC4, bytes(20))[1:],
            _segment(0xDA, b"\1\1\0\0\x3f\0"),
            b"\x12\xff\0\x34\xff\xd0\x56",
            _segment(0xDA, b"\1\1\0\0\x3f\0"),
            b"\x78\xff\0",
            b"\xff\xd9",
            tail,
        )
    )


def chunk(name: bytes, content: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))


def png(orientation: int = TURNED, size: int = 1, tail: bytes = SECRET) -> bytes:
    """A PNG file of one gray point."""
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack("!IIBBBBB", size, size, 8, 0, 0, 0, 0)),
            chunk(b"tEXt", b"Author\0" + SECRET),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET),
            chunk(b"eXIf", exif(orientation, "<")),
            chunk(b"tIME", bytes(7)),
            chunk(b"iCCP", SECRET),
            chunk(b"IDAT", zlib.compress(b"\0\x80")),
            chunk(b"IEND", b""),
            tail,
        )
    )


def gif() -> bytes:
    """An animation that repeats."""
    frame = b"!\xf9\4\0\0\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x4c\1\0"
    return b"".join(
        (
            b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6),
            b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0",
            b"!\xfe" + bytes([len(SECRET)]) + SECRET + b"\0",
            b"!\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0",
            frame * 2,
            b";" + SECRET,
        )
    )


def piece(name: bytes, content: bytes) -> bytes:
    """A piece of a WebP."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(orientation: int = TURNED, size: int = 1) -> bytes:
    """A WebP file with everything that can stand beside a picture."""
    side = (size - 1).to_bytes(3, "little")
    body = b"WEBP" + b"".join(
        (
            piece(b"VP8X", b"\x3c\0\0\0" + side + side),
            piece(b"ICCP", SECRET),
            piece(b"VP8L", b"\x2f" + bytes(4)),
            piece(b"EXIF", exif(orientation)),
            piece(b"XMP ", SECRET),
        )
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body + SECRET


def pdf() -> bytes:
    """A page with an author, a picture, a remark, a file inside, and private notes of a program."""
    from pypdf import PdfWriter
    from pypdf.generic import (
        ArrayObject,
        DictionaryObject,
        FloatObject,
        NameObject,
        StreamObject,
        TextStringObject,
    )

    secret = TextStringObject(SECRET.decode())
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": SECRET.decode(), "/Producer": SECRET.decode()})
    writer.xmp_metadata = b'<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
    writer.add_attachment("a.txt", SECRET)
    picture = StreamObject()
    picture._data = jpeg()
    picture.update({NameObject("/Subtype"): NameObject("/Image"), NameObject("/Filter"): NameObject("/DCTDecode")})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(picture)})}
    )
    inner = writer._add_object(DictionaryObject({NameObject("/By"): secret}))
    page[NameObject("/PieceInfo")] = writer._add_object(DictionaryObject({NameObject("/P"): inner}))
    page[NameObject("/Annots")] = ArrayObject(
        [
            writer._add_object(
                DictionaryObject(
                    {
                        NameObject("/Subtype"): NameObject("/Text"),
                        NameObject("/Rect"): ArrayObject([FloatObject(1)] * 4),
                        NameObject("/T"): secret,
                        NameObject("/Contents"): TextStringObject("A remark."),
                    }
                )
            )
        ]
    )
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """A ZIP file of these."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = SECRET
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word document with a picture, a remark and a change."""
    secret = SECRET
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": b'<Relationships><Relationship Id="r1" Target="docProps/thumbnail.jpeg" '
            b'Type="http://x/relationships/metadata/thumbnail"/>'
            b'<Relationship Id="r2" Target="word/document.xml"/></Relationships>',
            "docProps/core.xml": b"<c><dc:creator>" + secret + b"</dc:creator></c>",
            "docProps/app.xml": b"<p>" + secret + b"</p>",
            "docProps/custom.xml": b"<p>" + secret + b"</p>",
            "docProps/thumbnail.jpeg": jpeg(),
            "word/document.xml": b'<w:ins w:author="' + secret + b'" w:date="2026"><w:t>Hello</w:t></w:ins>',
            "word/comments.xml": b'<w:comment w:author="' + secret + b'" w:initials="' + secret + b'"/>',
            "word/media/image1.jpeg": jpeg(),
            **{name.replace("__", "/").replace("_", "."): content for name, content in more.items()},
        }
    )


def odt() -> bytes:
    """A text of LibreOffice."""
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<text:p>Hello</text:p><dc:creator>" + SECRET + b"</dc:creator>",
            "meta.xml": b"<m><meta:initial-creator>" + SECRET + b"</meta:initial-creator></m>",
            "Thumbnails/thumbnail.png": png(),
        }
    )
