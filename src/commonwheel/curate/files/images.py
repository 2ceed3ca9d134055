"""Images without what is written beside the picture: place, time, camera, comments, earlier versions.

Files are hostile, so no picture is decoded. A file is taken apart into its pieces, and only those that
draw the picture are kept, as they are; lossless, and with nothing to inflate. Which way up a photograph
is held is a fact about the picture: it is read, and written anew alone. Color profiles name the device,
so they go too. After the JPEG (ITU-T T.81), PNG (third edition), GIF89a and WebP (RFC 9649) formats.
"""

import struct
import zlib
from collections.abc import Callable, Iterator

MOST_PIXELS = 100_000_000
"""Of a picture. A larger one is a trap for whoever opens it."""


class Unclean(Exception):
    """It cannot be taken apart as what it says it is."""


def clean_jpeg(data: bytes) -> bytes:
    """A JPEG file with its picture and orientation alone."""
    kept = [b"\xff\xd8"]
    orientation = b""
    for marker, content in _segments(data):
        if marker in _FRAMES and len(content) >= 5:
            _check_pixels(*struct.unpack_from("!xHH", content))
        if marker == 0xE1 and content.startswith(b"Exif\0\0"):
            orientation = orientation or _orientation(content[6:])
        elif marker == 0xE0 and content.startswith(b"JFIF\0") and len(content) >= 14:
            kept.append(_segment(marker, content[:12] + b"\0\0"))  # without its thumbnail
        elif marker == 0xEE and content.startswith(b"Adobe"):
            kept.append(_segment(marker, content[:12]))  # how colors are meant
        elif marker == 0:
            kept.append(content)
        elif not 0xE0 <= marker <= 0xEF and marker not in _COMMENTS:
            kept.append(_segment(marker, content))
    if orientation:
        kept.insert(1, _segment(0xE1, b"Exif\0\0" + orientation))
    return b"".join((*kept, b"\xff\xd9"))


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COMMENTS = frozenset({0xFE, *range(0xF0, 0xFE)})
_MISPLACED = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
"""Markers without content: none of them stands between segments."""


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack("!BBH", 0xFF, marker, len(content) + 2) + content


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers with their content, up to the end of the first image; picture data has the marker 0."""
    position = 2
    while True:
        if data[position : position + 1] != b"\xff":
            raise Unclean
        while data[position : position + 1] == b"\xff":  # any number of them may fill
            position += 1
        marker = data[position] if position < len(data) else 0
        position += 1
        if marker == 0xD9:
            return
        if marker in _MISPLACED or position + 2 > len(data):
            raise Unclean
        (size,) = struct.unpack_from("!H", data, position)
        content = data[position + 2 : position + size]
        if size < 2 or len(content) != size - 2:
            raise Unclean
        position += size
        yield marker, content
        if marker == 0xDA:
            end = _end_of_scan(data, position)
            yield 0, data[position:end]
            position = end


def _end_of_scan(data: bytes, position: int) -> int:
    """Where the picture data that begin at `position` end: at a marker that does not belong to them."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 1 >= len(data):
            raise Unclean
        if data[position + 1] not in (0, 0xFF) and not 0xD0 <= data[position + 1] <= 0xD7:
            return position
        position += 1 if data[position + 1] == 0xFF else 2


_ORIENTATION = 0x0112


def _orientation(tiff: bytes) -> bytes:
    """The smallest TIFF that says which way up a picture is; nothing where it is upright, or not told."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return b""
    (place,) = struct.unpack_from(order + "I", tiff, 4)
    if place + 2 > len(tiff):
        return b""
    (count,) = struct.unpack_from(order + "H", tiff, place)
    for entry in range(place + 2, min(place + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, entry)
        if tag == _ORIENTATION and kind == 3 and 2 <= value <= 8:
            return b"MM\0*" + struct.pack("!IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)
    return b""


_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT tRNS gAMA cHRM sRGB sBIT bKGD pHYs cICP acTL fcTL fdAT".split())


def clean_png(data: bytes) -> bytes:
    """A PNG file, animated or not, with its picture and orientation alone."""
    kept = [_PNG]
    position, name = len(_PNG), b""
    while name != b"IEND":
        if position + 12 > len(data):
            raise Unclean
        size, name = struct.unpack_from("!I4s", data, position)
        end = position + 12 + size
        if end > len(data):
            raise Unclean
        content = data[position + 8 : end - 4]
        if name == b"IHDR" and size >= 8:
            _check_pixels(*struct.unpack_from("!II", content))
        orientation = _orientation(content) if name == b"eXIf" else b""
        if name in _PNG_KEPT:
            kept.append(data[position:end])
        elif orientation:
            kept.append(_chunk(b"eXIf", orientation))
        position = end
    return b"".join((*kept, _chunk(b"IEND", b"")))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I4s", len(content), name) + content + struct.pack("!I", zlib.crc32(name + content))


def clean_gif(data: bytes) -> bytes:
    """A GIF file without comments; of what applications add, how often it repeats is kept."""
    if len(data) < 13:
        raise Unclean
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    _check_pixels(width, height)
    position = 13 + _palette(flags)
    kept = [data[:position]]
    while True:
        mark = data[position : position + 1]
        start = position
        if mark == b";":
            return b"".join((*kept, b";"))
        if mark == b",":
            if position + 10 > len(data):
                raise Unclean
            position = _end_of_blocks(data, position + 11 + _palette(data[position + 9]))
            kept.append(data[start:position])
        elif mark == b"!":
            label = data[position + 1 : position + 2]
            position = _end_of_blocks(data, position + 2)
            loop = label == b"\xff" and data[start + 3 : start + 14] in (b"NETSCAPE2.0", b"ANIMEXTS1.0")
            if label == b"\xf9" or (loop and position - start == 19):
                kept.append(data[start:position])
        else:
            raise Unclean


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: bytes, position: int) -> int:
    while position < len(data):
        size = data[position]
        position += 1 + size
        if size == 0:
            return position
    raise Unclean


_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})


def clean_webp(data: bytes) -> bytes:
    """A WebP file, animated or not, with its picture and orientation alone."""
    kept: list[bytes] = []
    header, orientation = b"", b""
    for name, content in _riff(data):
        if name == b"VP8X" and len(content) >= 10:
            header = content[:10]
            width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (4, 7))
            _check_pixels(width, height)
        elif name == b"EXIF":
            orientation = orientation or _orientation(content.removeprefix(b"Exif\0\0"))
        elif name == b"ANMF":
            kept.append(_piece(name, content[:16] + b"".join(
                _piece(inner, data) for inner, data in _pieces(content, 16) if inner in _WEBP_KEPT
            )))  # fmt: skip
        elif name in _WEBP_KEPT:
            kept.append(_piece(name, content))
    if header:
        flags = (header[0] & 0b00010010) | (0b00001000 if orientation else 0)  # alpha, animation, EXIF
        kept.insert(0, _piece(b"VP8X", bytes([flags]) + header[1:]))
        if orientation:
            kept.append(_piece(b"EXIF", orientation))
    if not kept:
        raise Unclean
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise Unclean
    return _pieces(data[: size + 8], 12)


def _pieces(data: bytes, position: int) -> Iterator[tuple[bytes, bytes]]:
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        content = data[position + 8 : position + 8 + size]
        if len(content) != size:
            raise Unclean
        yield name, content
        position += 8 + size + size % 2


def _piece(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _check_pixels(one: int, other: int) -> None:
    if one * other > MOST_PIXELS:
        raise Unclean


def cleaner_of(data: bytes) -> Callable[[bytes], bytes] | None:
    """What cleans an image of this format, told by how it begins."""
    if data.startswith(b"\xff\xd8\xff"):
        return clean_jpeg
    if data.startswith(_PNG):
        return clean_png
    if data.startswith((b"GIF87a", b"GIF89a")):
        return clean_gif
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return clean_webp
    return None
