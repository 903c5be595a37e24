"""Uploaded pictures: drawn anew, small, silent about where they come from; bombs and scripts are refused."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from quittance.documents.pictures import MAX_BYTES, reencode_picture


def encoded(form: str = "PNG", size: tuple[int, int] = (1600, 900), mode: str = "RGB", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, (200, 80, 40, 128)[: len(mode)]).save(out, format=form, **more)
    return out.getvalue()


def read(raw: bytes) -> Image.Image:
    picture = Image.open(BytesIO(raw))
    picture.load()
    return picture


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_longest_side_is_at_most_what_was_asked_and_the_shape_stays(form: str) -> None:
    picture = read(reencode_picture(encoded(form), longest_side=800))
    assert (picture.format, picture.size) == ("WEBP", (800, 450))


def test_a_small_picture_is_not_made_larger() -> None:
    assert read(reencode_picture(encoded(size=(60, 40)), longest_side=800)).size == (60, 40)


def test_what_the_camera_knew_is_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secret Phone"
    exif.get_ifd(0x8825)[1] = "N"
    raw = encoded("JPEG", exif=exif.tobytes(), comment=b"taken at home")
    assert b"Secret Phone" in raw
    made = reencode_picture(raw, longest_side=800)
    assert read(made).size == (450, 800)
    assert b"Secret Phone" not in made and b"at home" not in made
    assert dict(read(made).getexif()) == {}


def test_what_was_hidden_behind_the_end_is_gone() -> None:
    assert b"<script>" not in reencode_picture(encoded() + b"<script>alert(1)</script>", longest_side=800)


def test_transparency_stays() -> None:
    assert read(reencode_picture(encoded(mode="RGBA"), longest_side=800)).mode == "RGBA"


def test_an_animation_becomes_its_first_picture() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, format="WEBP", save_all=True, append_images=frames[1:])
    assert getattr(read(reencode_picture(out.getvalue(), longest_side=800)), "n_frames", 1) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"%PDF-1.4",
        b"BM" + bytes(60),
    ],
)
def test_anything_else_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no PNG, JPEG or WebP"):
        reencode_picture(raw, longest_side=800)


def test_a_broken_picture_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"broken\. Save it again"):
        reencode_picture(encoded("JPEG", size=(900, 900), quality=95)[:400], longest_side=800)


def test_a_picture_that_unfolds_to_gigabytes_is_refused_before_it_does() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    for side in (8_000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64)))
        with pytest.raises(ValueError, match="million pixels"):
            reencode_picture(bomb, longest_side=800)


def test_more_bytes_than_a_photo_has_are_refused() -> None:
    with pytest.raises(ValueError, match="larger than 8 MB"):
        reencode_picture(bytes(MAX_BYTES + 1), longest_side=800)


def test_bytes_that_no_camera_wrote_are_refused_with_a_sentence() -> None:
    file = BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    whole = file.getvalue()
    refused = 0
    for at in range(8, len(whole)):
        broken = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        # Anything but a ValueError would be a page that breaks.
        with suppress(ValueError):
            refused += 1
            reencode_picture(broken, longest_side=20)
            refused -= 1
    assert refused > 0
