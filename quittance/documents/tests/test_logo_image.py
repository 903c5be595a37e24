"""What people upload as a logo: pictures, and what only looks like one."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from quittance.documents.logo_image import MAX_BYTES, read_logo
from quittance.documents.pictures import PictureError


def a_png(width: int = 200, height: int = 100, colour: str = "#0b5d6b", **more: object) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG", **more)
    return file.getvalue()


def a_jpeg(orientation: int = 1) -> bytes:
    file, exif = BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "taken at Ana's home"
    Image.new("RGB", (300, 60), "#ffffff").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_logo_becomes_a_small_png_in_its_proportions() -> None:
    logo = read_logo(a_png(1000, 500))
    assert (logo.width, logo.height) == (176, 88)
    assert Image.open(BytesIO(logo.png)).format == "PNG"
    assert logo.key == read_logo(a_png(1000, 500)).key
    assert logo.key != read_logo(a_png(1000, 500, "#ff0000")).key


def test_nothing_but_pixels_is_left() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Ana at home", zip=True)
    cleaned = read_logo(a_png(pnginfo=text, dpi=(72, 72)) + b"<script>alert(1)</script>").png
    assert b"Ana" not in cleaned and b"script" not in cleaned
    chunks = set()
    at = 8
    while at < len(cleaned):
        (length,) = struct.unpack(">I", cleaned[at : at + 4])
        chunks.add(cleaned[at + 4 : at + 8])
        at += length + 12
    assert chunks <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
    assert b"taken at" not in read_logo(a_jpeg()).png


def test_a_photo_stands_as_the_camera_held_it() -> None:
    assert read_logo(a_jpeg(orientation=6)).height > read_logo(a_jpeg(orientation=6)).width


def test_noise_is_made_to_fit_the_page() -> None:
    noise = Image.frombytes("RGB", (400, 110), random.Random(7).randbytes(400 * 110 * 3))
    file = BytesIO()
    noise.save(file, "PNG")
    assert len(read_logo(file.getvalue()).png) <= 10 * 1024


def test_what_says_that_it_is_huge_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    for side in (7_000, 40_000, 2**31 - 1):
        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
            + chunk(b"IEND", b"")
        )
        with pytest.raises(PictureError):
            read_logo(bomb)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "PNG or JPEG"),
        (b"GIF89a" + b"\0" * 100, "PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG or JPEG"),
        (b"\xff\xd8\xff" + b"<svg/>", "PNG or JPEG"),
        (a_png()[:-40], "broken"),
        (a_png(8, 8), "at least 16"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_BYTES, "1 MB"),
    ],
)
def test_what_is_no_logo_is_refused_with_what_to_choose(raw: bytes, says: str) -> None:
    with pytest.raises(PictureError, match=says):
        read_logo(raw)
