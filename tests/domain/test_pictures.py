"""Whatever metadata goes in, only pixels come out; and what can't be read whole is refused in a sentence."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps
from PIL.PngImagePlugin import PngInfo

from microsclero import pictures
from microsclero.pictures import PictureError, for_paper, plain_picture
from tests.picture_builders import (
    PLACE,
    PROFILE,
    SECRET,
    a_jpeg,
    a_png,
    is_plain,
    opened,
    parts_of,
    pixels,
    tells_all,
    written,
)


def alike(one: Image.Image, other: Image.Image, *, within: int = 0) -> bool:
    """Whether two pictures have the same pixels, or nearly so."""
    if one.size != other.size or one.mode != other.mode:
        return False
    bands = ImageChops.difference(one, other).getextrema()
    extremes = bands if isinstance(bands[0], tuple) else (bands,)
    return all(high <= within for _, high in extremes)


def test_a_telephones_jpeg_comes_out_as_pixels_alone() -> None:
    raw = a_jpeg()
    assert opened(raw).getexif().get_ifd(0x8825)[2] == PLACE
    assert {"E1", "E2", "FE", "behind"} <= set(parts_of(raw))
    kept = plain_picture(raw)
    assert is_plain(kept.data)
    assert dict(opened(kept.data).getexif()) == {}
    assert opened(kept.data).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (kept.width, kept.height, kept.camera_on) == (96, 64, date(2026, 11, 22))


def test_a_png_comes_out_as_pixels_alone_and_every_pixel_is_as_it_was() -> None:
    raw = a_png()
    assert {"tEXt", "zTXt", "iTXt", "eXIf", "behind"} <= set(parts_of(raw))
    kept = plain_picture(raw)
    assert is_plain(kept.data)
    assert opened(kept.data).info == {}
    assert alike(opened(kept.data), pixels())


SECRETS = st.text(st.characters(min_codepoint=65, max_codepoint=122), min_size=8, max_size=60)


@st.composite
def stuffed(draw: Any) -> tuple[bytes, bytes]:
    """A picture with words in every place that a format has for them, and those words."""
    secret = draw(SECRETS)
    word = secret.encode()
    exif = tells_all(draw(st.sampled_from(range(1, 9))))
    exif[270], exif[315] = secret, secret
    exif.get_ifd(0x8769)[0x9286] = word
    exif.get_ifd(0x8825)[29] = secret
    mode = draw(st.sampled_from(["RGB", "L", "P", "RGBA", "LA", "1", "CMYK"]))
    kind = draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    picture = pixels(draw(st.integers(0, 200)), draw(st.sampled_from([(1, 1), (7, 31), (40, 24)])), mode)
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["icc_profile"] = draw(st.sampled_from([PROFILE, word, PROFILE + word]))
    if kind == "JPEG":
        picture = picture if mode in ("RGB", "L", "CMYK") else picture.convert("RGB")
        more |= {"comment": word, "xmp": b"<x>" + word, "progressive": draw(st.booleans())}
    if kind == "PNG":
        words = PngInfo()
        words.add_text("Comment", secret, zip=draw(st.booleans()))
        words.add_itxt("XML:com.adobe.xmp", secret)
        words.add(b"prVt", word)
        more["pnginfo"] = words
        picture = picture.convert("RGB") if mode == "CMYK" else picture
    if kind == "WEBP":
        more |= {"lossless": draw(st.booleans()), "xmp": b"<x>" + word}
        picture = picture.convert("RGB") if mode == "CMYK" else picture
    return written(picture, kind, exif=exif, **more) + word * draw(st.integers(0, 3)), word


@settings(max_examples=150, deadline=None)
@given(stuffed())
def test_whatever_metadata_goes_in_only_pixels_come_out(made: tuple[bytes, bytes]) -> None:
    raw, word = made
    kept = plain_picture(raw)
    assert is_plain(kept.data)
    assert word not in kept.data
    assert is_plain(for_paper(kept.data).data)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 200), st.sampled_from(["RGB", "L", "P", "1"]), st.sampled_from(range(1, 9)))
def test_of_a_png_no_pixel_changes(seed: int, mode: str, orientation: int) -> None:
    """Turned upright first, as any viewer shows it."""
    raw = written(pixels(seed, mode=mode), "PNG", exif=tells_all(orientation))
    upright = ImageOps.exif_transpose(opened(raw))
    assert alike(opened(plain_picture(raw).data).convert("RGB"), upright.convert("RGB"))


@pytest.mark.parametrize(("orientation", "size"), [(1, (96, 64)), (3, (96, 64)), (6, (64, 96)), (8, (64, 96))])
def test_a_picture_is_turned_as_the_camera_was_held(orientation: int, size: tuple[int, int]) -> None:
    kept = plain_picture(a_jpeg(orientation=orientation))
    assert (kept.width, kept.height) == size == opened(kept.data).size


def of_another_device() -> bytes:
    """A profile by which red and blue change places."""
    named = PROFILE.replace("sRGB".encode("utf-16-be"), "Cam1".encode("utf-16-be"))
    return named.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize(
    ("profile", "seen"), [(of_another_device(), (0, 0, 255)), (PROFILE, (255, 0, 0)), (b"no profile", (255, 0, 0))]
)
def test_the_colours_that_a_profile_means_are_kept_without_it(profile: bytes, seen: tuple[int, ...]) -> None:
    """Left as they are, the same numbers would show other colours; a profile nobody can read means none."""
    red = Image.new("RGB", (4, 4), (255, 0, 0))
    kept = opened(plain_picture(written(red, "PNG", icc_profile=profile)).data)
    assert all(abs(band - wanted) <= 3 for band, wanted in zip(kept.getpixel((0, 0)), seen, strict=True))  # type: ignore[arg-type]
    assert kept.info == {}


def test_what_is_see_through_lies_on_white() -> None:
    clear = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    assert alike(opened(plain_picture(written(clear, "PNG")).data), Image.new("RGB", (4, 4), "white"))


def test_sixteen_bits_of_grey_become_eight_and_not_white() -> None:
    deep = Image.new("I;16", (4, 4), 0x8000)
    assert opened(plain_picture(written(deep, "PNG")).data).getpixel((0, 0)) == 0x80


def test_the_first_picture_of_several_in_a_jpeg_is_the_photograph() -> None:
    raw = written(pixels(1), "MPO", save_all=True, append_images=[pixels(99)])
    kept = plain_picture(raw)
    assert is_plain(kept.data)
    assert alike(opened(kept.data), opened(raw), within=12)


def test_the_same_file_gives_the_same_picture() -> None:
    assert plain_picture(a_jpeg(5)).sha256 == plain_picture(a_jpeg(5)).sha256 != plain_picture(a_jpeg(6)).sha256


def test_for_paper_a_large_picture_is_made_small_and_a_small_one_left() -> None:
    large = plain_picture(written(pixels(1, (4000, 3000)), "JPEG"))
    assert (for_paper(large.data).width, for_paper(large.data).height) == (1600, 1200)
    assert (for_paper(plain_picture(a_png()).data).width) == 96


# ── refused ──


def moving(kind: str) -> bytes:
    return written(pixels(1), kind, save_all=True, append_images=[pixels(50)], duration=100)


def corrupt(raw: bytes, at: float) -> bytes:
    place = int(len(raw) * at)
    return raw[:place] + bytes(40) + raw[place + 40 :]


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "no picture": (b"dear colleague", "is no picture that can be read: JPEG, PNG and WebP can"),
    "a clinic file": (b"SQLite format 3\0" + bytes(100), "is no picture that can be read: JPEG, PNG and WebP can"),
    "HEIC": (
        b"\0\0\0\x18ftypheic\0\0\0\0",
        "is a HEIC or AVIF picture, as some telephones make them: save it as JPEG or PNG, and add that",
    ),
    "film": (b"\0\0\0\x18ftypmp42\0\0\0\0", "is a film: save it as JPEG or PNG, and add that"),
    "GIF": (written(pixels(1), "GIF"), "is a GIF: save it as JPEG or PNG, and add that"),
    "TIFF": (
        written(pixels(1), "TIFF"),
        "is a TIFF or a camera's raw picture: save it as JPEG or PNG, and add that",
    ),
    "BMP": (written(pixels(1), "BMP"), "is a BMP: save it as JPEG or PNG, and add that"),
    "PDF": (b"%PDF-1.7 ...", "is a PDF: save it as JPEG or PNG, and add that"),
    "moving PNG": (moving("PNG"), "moves: save one still picture of it, and add that"),
    "moving WebP": (moving("WEBP"), "moves: save one still picture of it, and add that"),
    "head only": (a_jpeg()[:4], "is damaged or cut short"),
    "JPEG cut short": (written(pixels(1, (400, 300)), "JPEG")[:-2000], "is damaged or cut short"),
    "PNG cut short": (written(pixels(1, (400, 300)), "PNG")[:-200], "is damaged or cut short"),
    "WebP cut short": (written(pixels(1, (400, 300)), "WEBP")[:-200], "is damaged or cut short"),
    "PNG damaged": (corrupt(written(pixels(1, (400, 300)), "PNG"), 0.5), "is damaged or cut short"),
    "JPEG head damaged": (corrupt(written(pixels(1, (400, 300)), "JPEG"), 0.001), "is damaged or cut short"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_is_refused_with_what_is_wrong_with_it(name: str) -> None:
    raw, sentence = BAD[name]
    with pytest.raises(PictureError) as caught:
        plain_picture(raw)
    assert str(caught.value) == sentence


def bomb(width: int, height: int) -> bytes:
    """A few hundred bytes of PNG that claim to unpack to this."""
    import zlib

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(5000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(7746, 7747), (10_000, 9_000), (60_000, 60_000)])
def test_a_picture_that_would_fill_the_memory_is_never_unpacked(
    size: tuple[int, int], recwarn: pytest.WarningsRecorder
) -> None:
    with pytest.raises(PictureError, match="has more than 60 million pixels: save it smaller"):
        plain_picture(bomb(*size))
    assert list(recwarn) == []


def test_a_file_that_is_too_large_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST_BYTES", 1000)
    with pytest.raises(PictureError, match="is larger than 0 MB"):
        plain_picture(a_jpeg())


def test_words_that_pillow_packs_into_a_bomb_are_refused() -> None:
    words = PngInfo()
    words.add_text("Comment", "A" * 3_000_000, zip=True)
    with pytest.raises(PictureError, match="is damaged or cut short"):
        plain_picture(written(pixels(1), "PNG", pnginfo=words))


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([a_jpeg(2), a_png(3), written(pixels(4), "WEBP", exif=tells_all())]),
    st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=0, max_size=6)), min_size=1, max_size=6),
    st.floats(0.01, 1),
)
def test_a_damaged_picture_is_refused_or_kept_plain_and_nothing_else(
    raw: bytes, wounds: list[tuple[float, bytes]], left: float
) -> None:
    for at, bytes_ in wounds:
        place = int(len(raw) * at)
        raw = raw[:place] + bytes_ + raw[place + len(bytes_) :]
    try:
        kept = plain_picture(raw[: int(len(raw) * left)])
    except PictureError:
        return
    assert is_plain(kept.data)
    assert SECRET.encode() not in kept.data
    Image.open(BytesIO(kept.data)).load()
