"""Pictures as cameras and telephones make them, with all they tell; and what a picture file carries, part by part."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

from tests.builders import Line

PLACE = (51.0, 30.0, 26.0)
SECRET = "Zoe Weiss, 1 Quay Street"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description photoshop:City="{SECRET}"/></x:xmpmeta>'.encode()
# It carries the moment it was made, so that it is made once.
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ORIENTATION, DESCRIPTION, CAMERA, CAMERA_BLOCK, TAKEN, GPS_BLOCK, LATITUDE = 274, 270, 272, 0x8769, 0x9003, 0x8825, 2


def pixels(seed: int = 1, size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """Some skin with a vein across it, another one for every seed."""
    made = Image.new("RGB", size, (205, 160 - seed % 50, 140))
    for x in range(size[0]):
        made.putpixel((x, (x * 7 + seed * 5) % size[1]), (110, 20 + seed % 200, 90))
    return made.convert(mode)


def tells_all(orientation: int = 1) -> Image.Exif:
    """Where, when, with what, and a name in the description."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION], exif[CAMERA] = orientation, SECRET, "Telephone 15"
    exif.get_ifd(CAMERA_BLOCK)[TAKEN] = "2026:11:22 10:00:00"
    exif.get_ifd(GPS_BLOCK).update({1: "N", LATITUDE: PLACE})
    return exif


def a_jpeg(seed: int = 1, *, orientation: int = 1, size: tuple[int, int] = (96, 64), **more: Any) -> bytes:
    """A JPEG from a telephone: place, camera, comment, profile, preview, and a film behind the end."""
    preview = BytesIO()
    pixels(seed, (16, 12)).save(preview, "JPEG")
    exif = tells_all(orientation)
    told = {"exif": exif, "comment": SECRET.encode(), "icc_profile": PROFILE, "xmp": XMP, "quality": 95, **more}
    return written(pixels(seed, size), "JPEG", **told) + preview.getvalue() + b"ftypmp42 a film"


def a_png(seed: int = 1, mode: str = "RGB", **more: Any) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET)
    words.add_text("Packed", SECRET * 5, zip=True)
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return written(pixels(seed, mode=mode), "PNG", pnginfo=words, exif=tells_all(), dpi=(300, 300), **more) + b"behind"


def written(picture: Image.Image, kind: str, **more: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def parts_of(data: bytes) -> list[str]:
    """What the file is made of, by the format's own names, read byte by byte; "behind" for what follows its end."""
    return _png_parts(data) if data.startswith(b"\x89PNG") else _jpeg_parts(data)


def _png_parts(data: bytes) -> list[str]:
    found, at = [], 8
    while at < len(data):
        name = data[at + 4 : at + 8].decode("ascii")
        found.append(name)
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        if name == "IEND":
            break
    return [*found, *(["behind"] if at < len(data) else [])]


def _jpeg_parts(data: bytes) -> list[str]:
    found, at = ["SOI"], 2
    while at < len(data):
        marker = data[at + 1]
        if marker == 0xD9:
            return [*found, "EOI", *(["behind"] if at + 2 < len(data) else [])]
        long = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + long]
        found.append("JFIF" if body[:5] == b"JFIF\0" and body[-2:] == b"\0\0" else f"{marker:02X}")
        at += 2 + long
        if marker == 0xDA:
            # Packed pixels, up to the next marker that is none of theirs.
            while not (data[at] == 0xFF and data[at + 1] not in (0, *range(0xD0, 0xD8))):
                at += 1
    return [*found, "cut short"]


# JPEG: tables, frame and pixels, and the head that says JFIF without a preview.
PLAIN_JPEG = {"SOI", "JFIF", "DB", "C0", "C4", "DA", "EOI"}
PLAIN_PNG = {"IHDR", "IDAT", "IEND"}


def is_plain(data: bytes) -> bool:
    """Whether a file is made of pixels alone."""
    return set(parts_of(data)) <= (PLAIN_PNG if data.startswith(b"\x89PNG") else PLAIN_JPEG)


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def agreed(line: Line, patient: int, *purposes: str, given: bool = True) -> None:
    """A word about photographs, for the record unless something else is named."""
    said = {"for": list(purposes or ("photo_record",)), "given": given, "taken_by": "MS", "method": "paper"}
    done = line.json("consent", patient, answers=said)
    assert done.code == 0, done


def added(line: Line, patient: int, *words: object) -> list[dict[str, Any]]:
    """Photographs kept; their data."""
    photos: list[dict[str, Any]] = line.json("photo", "add", patient, *words).data["photos"]
    return photos
