"""A logo as it was uploaded becomes a small PNG of nothing but its pixels: no names, no places, no odd bytes."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES: Final = 1024 * 1024
MAX_SIDE: Final = 6_000
MAX_PIXELS: Final = 16_000_000
MIN_SIDE: Final = 16
# Shown 44 px high on pages, so twice that is sharp; and a client page fits 30 KB with it.
_BOX: Final = (320, 88)
_BUDGET_BYTES: Final = 10 * 1024
_COLOURS: Final = (256, 64, 32, 16)
_MAGIC: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_BROKEN: Final = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning,
    OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, struct.error, zlib.error, MemoryError,
)  # fmt: skip


class LogoError(ValueError):
    """What cannot be a logo; the text says what to choose instead."""


@dataclass(frozen=True, slots=True)
class LogoImage:
    """`key` names the bytes: the same picture has the same key."""

    png: bytes
    width: int
    height: int

    @property
    def key(self) -> str:
        return hashlib.sha256(self.png).hexdigest()[:32]


def read_logo(raw: bytes) -> LogoImage:
    """Raises LogoError. The size is read from the head of the file before any pixel is."""
    if len(raw) > MAX_BYTES:
        raise LogoError("This picture is larger than 1 MB. Choose a smaller one.")
    if not raw.startswith(_MAGIC):
        raise LogoError("Choose a PNG or JPEG picture. Other kinds, such as SVG, are not taken.")
    try:
        with Image.open(BytesIO(raw), formats=("PNG", "JPEG")) as image:
            _check_size(*image.size)
            pixels = _pixels(image)
    except _BROKEN as error:
        if isinstance(error, LogoError):
            raise
        raise LogoError("This picture cannot be read. Save it once more as PNG or JPEG, then choose it.") from None
    return _small(pixels)


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise LogoError(f"This picture is {width} by {height} pixels. Choose one of at most 4000 by 4000.")
    if min(width, height) < MIN_SIDE:
        raise LogoError(f"This picture is {width} by {height} pixels. Choose one of at least 16 by 16.")


def _pixels(image: Image.Image) -> Image.Image:
    """Turned as the camera held it, made small, and copied to a canvas of its own: nothing else comes along."""
    turned = ImageOps.exif_transpose(image).convert("RGBA")
    turned.thumbnail(_BOX, Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", turned.size)
    clean.paste(turned)
    return clean


def _small(pixels: Image.Image) -> LogoImage:
    image = pixels
    while True:
        png = _saved(image)
        for colours in _COLOURS:
            if len(png) <= _BUDGET_BYTES:
                return LogoImage(png, *image.size)
            png = _saved(image.quantize(colours, method=Image.Quantize.FASTOCTREE))
        if len(png) <= _BUDGET_BYTES or min(image.size) < MIN_SIDE:
            return LogoImage(png, *image.size)
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)), Image.Resampling.LANCZOS)


def _saved(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
