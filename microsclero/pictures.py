"""What a picture is to us: its pixels and nothing else; and how any picture somebody hands over becomes one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

# More than any telephone takes; what unpacks to more would fill the memory.
LARGEST_BYTES = 50_000_000
MOST_PIXELS = 60_000_000
# Enough for half a page of paper.
PAPER_PIXELS = 1600

_READ = ("JPEG", "PNG", "WEBP")
_BEGINS = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP", re.DOTALL)
# Kinds that are not read, by how they begin; named, so that the way out can be said.
_NOT_READ = (
    (
        rb"....ftyp(heic|heix|hevc|heim|heis|mif1|msf1|avif|avis)",
        "is a HEIC or AVIF picture, as some telephones make them",
    ),
    (rb"....ftyp", "is a film"),
    (rb"GIF8", "is a GIF"),
    (rb"II\*\0|MM\0\*", "is a TIFF or a camera's raw picture"),
    (rb"BM", "is a BMP"),
    (rb"%PDF", "is a PDF"),
)
_QUALITY, _PAPER_QUALITY = 92, 88
_CAMERA_BLOCK, _CAMERA_TAKEN, _ORIENTATION = 0x8769, 0x9003, 0x0112


class PictureError(ValueError):
    """Why this can't be kept as a picture, as the end of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Pixels, as a JPEG or PNG that carries nothing else. camera_on: the day the camera claims, if it claims one."""

    data: bytes
    width: int
    height: int
    camera_on: date | None = None

    @property
    def sha256(self) -> str:
        """By which it is named, found again, and known to be unchanged."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A picture with the file it came from, as it was named, and the name that is kept of it, as text only."""

    file: str
    name: str
    picture: Picture


def plain_picture(raw: bytes) -> Picture:
    """The picture turned upright and written anew from its pixels: a JPEG or WebP as JPEG, a PNG as PNG.

    All else stays behind: place, camera, comments, previews, further pictures, whatever follows the end, and the
    colour profile, once its colours are those of any screen. PictureError where it can't be read whole.
    """
    import warnings
    from io import BytesIO

    from PIL import Image

    _refuse_kind(raw)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(raw), formats=_READ) as opened:
            _refuse_shape(opened)
            as_png = opened.format == "PNG"
            if as_png:
                # Unpacking alone passes over wrong check sums.
                with Image.open(BytesIO(raw), formats=_READ) as compared:
                    compared.verify()
            opened.load()
            camera_on = _camera_day(opened)
            pixels = _pixels(_upright(opened))
    except Image.DecompressionBombError:
        raise PictureError(_TOO_MANY) from None
    except PictureError:
        raise
    except _damage():
        raise PictureError("is damaged or cut short") from None
    data = _written(pixels, "PNG") if as_png else _written(pixels, "JPEG", _QUALITY)
    return Picture(data=data, width=pixels.width, height=pixels.height, camera_on=camera_on)


def for_paper(data: bytes) -> Picture:
    """A kept picture as a JPEG no larger than paper can show; it carries nothing else either."""
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(data), formats=_READ) as opened:
        opened.draft("RGB", (PAPER_PIXELS, PAPER_PIXELS))
        pixels = _pixels(opened)
    pixels.thumbnail((PAPER_PIXELS, PAPER_PIXELS))
    written = _written(pixels, "JPEG", _PAPER_QUALITY)
    return Picture(data=written, width=pixels.width, height=pixels.height)


_TOO_MANY = f"has more than {MOST_PIXELS // 1_000_000} million pixels: save it smaller"


def _refuse_kind(raw: bytes) -> None:
    if not raw:
        raise PictureError("is empty")
    if len(raw) > LARGEST_BYTES:
        raise PictureError(f"is larger than {LARGEST_BYTES // 1_000_000} MB")
    if _BEGINS.match(raw):
        return
    for beginning, what in _NOT_READ:
        if re.match(beginning, raw, re.DOTALL):
            raise PictureError(f"{what}: save it as JPEG or PNG, and add that")
    raise PictureError("is no picture that can be read: JPEG, PNG and WebP can")


def _refuse_shape(opened: Image.Image) -> None:
    """By what the head of the file claims, before any of it is unpacked."""
    if opened.width * opened.height > MOST_PIXELS:
        raise PictureError(_TOO_MANY)
    # A JPEG may hold further pictures (depth, a second exposure); the first is the photograph.
    if opened.format in ("PNG", "WEBP") and getattr(opened, "n_frames", 1) > 1:
        raise PictureError("moves: save one still picture of it, and add that")


def _damage() -> tuple[type[Exception], ...]:
    """What Pillow lets out when a picture is not what its head claims."""
    import struct
    import zlib

    return (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError, MemoryError,
            struct.error, zlib.error)  # fmt: skip


def _camera_day(opened: Image.Image) -> date | None:
    """The day on the camera's clock, where it says one that exists."""
    try:
        said = opened.getexif().get_ifd(_CAMERA_BLOCK).get(_CAMERA_TAKEN)
        year, month, day = str(said).split(" ")[0].split(":")
        return date(int(year), int(month), int(day))
    except _damage():
        return None


def _upright(opened: Image.Image) -> Image.Image:
    """Turned as the camera was held; as it lies where the camera's words can't be read."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        turn = turns.get(opened.getexif().get(_ORIENTATION, 1))
    except _damage():
        return opened
    return opened if turn is None else opened.transpose(turn)


def _pixels(picture: Image.Image) -> Image.Image:
    """A new picture in grey or in the colours of any screen, on white where it is see-through."""
    from PIL import Image

    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    if picture.mode in ("1", "I", "F"):
        picture = picture.convert("L")
    if profile and picture.mode in ("RGB", "CMYK"):
        picture = _as_on_screens(picture, profile)
    mode = "L" if picture.mode == "L" else "RGB"
    # A new picture takes pixels over, and no words.
    fresh = Image.new(mode, picture.size)
    fresh.paste(picture if picture.mode == mode else picture.convert(mode))
    return fresh


def _as_on_screens(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours the profile means; as they are where it can't be read."""
    from io import BytesIO

    from PIL import ImageCms

    try:
        meant = ImageCms.ImageCmsProfile(BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        if ImageCms.getProfileDescription(meant).startswith("sRGB") and picture.mode == "RGB":
            return picture
        return ImageCms.profileToProfile(picture, meant, screen, outputMode="RGB") or picture
    except ImageCms.PyCMSError:
        return picture
    except _damage():
        return picture


def _written(pixels: Image.Image, kind: str, quality: int = 0) -> bytes:
    from io import BytesIO

    out = BytesIO()
    # Full colour in every pixel: a faint brown mark is a matter of colour alone.
    how = {"quality": quality, "subsampling": 0} if kind == "JPEG" else {}
    pixels.save(out, kind, **how)
    return out.getvalue()
