"""A logo as it was uploaded becomes a small PNG of nothing but its pixels: no names, no places, no odd bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from quittance.core.words import gettext_noop as _
from quittance.documents.pictures import PictureError, opened, redrawn

MAX_BYTES: Final = 1024 * 1024
MAX_PIXELS: Final = 16_000_000
MIN_SIDE: Final = 16
# Shown 44 px high on pages, so twice that is sharp; and a client page fits 30 KB with it.
_BOX: Final = (320, 88)
_BUDGET_BYTES: Final = 10 * 1024
_COLOURS: Final = (256, 64, 32, 16)


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
    """Raises PictureError. No kind of picture that can hold more than pixels is taken, such as SVG."""
    with opened(raw, formats=("PNG", "JPEG"), max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS) as image:
        if min(image.size) < MIN_SIDE:
            raise PictureError(
                _("This picture is %(width)s by %(height)s pixels. Choose one of at least 16 by 16."),
                width=image.width,
                height=image.height,
            )
        pixels = redrawn(image, box=_BOX, with_alpha=True)
    return _small(pixels)


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
