"""Pictures that people upload, drawn anew: small, without what the camera knew, and nothing in them but pixels.

What comes out is made by us from the pixels alone. Where a picture was taken, by which phone, a thumbnail of what was
cut away, and whatever was hidden behind its end stay out.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from quittance.core.words import gettext_noop as _

MAX_BYTES: Final = 8 * 1024 * 1024
# A phone's picture has twelve to fifty million pixels; what unfolds to more is meant to fill the memory.
MAX_PIXELS: Final = 50_000_000
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_NO_PICTURE: Final = {
    _FORMATS: _("This is no PNG, JPEG or WebP picture. Save it as one and try again."),
    ("PNG", "JPEG"): _("This is no PNG or JPEG picture. Save it as one and try again."),
}
_QUALITY: Final = 82
# What the readers raise on bytes that no camera wrote.
_BROKEN: Final = (
    OSError, SyntaxError, EOFError, IndexError, TypeError, struct.error, zlib.error, MemoryError, OverflowError,
)  # fmt: skip


class PictureError(ValueError):
    """What cannot be taken as a picture; the text says what to choose instead.

    `text % words` is the sentence, so that a face can say the text in the reader's language.
    """

    def __init__(self, text: str, **words: object) -> None:
        super().__init__(text % words)
        self.text = text
        self.words = words


@contextmanager
def opened(
    raw: bytes, *, formats: tuple[str, ...] = _FORMATS, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS
) -> Iterator[Image.Image]:
    """A picture whose size is known and none of whose pixels is unfolded yet; they may be inside of the block.

    Raises PictureError, also for what turns out to be broken inside of the block.
    """
    if len(raw) > max_bytes:
        raise PictureError(
            _("This picture is larger than %(most)s MB. Choose a smaller one."), most=max_bytes // 1024 // 1024
        )
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a bomb up to twice its limit; ours is decided here, before a pixel is unfolded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(raw), formats=formats) as image:
                _check_size(image, max_pixels)
                yield image
    except UnidentifiedImageError:
        raise PictureError(_NO_PICTURE[formats]) from None
    except Image.DecompressionBombError:
        raise _too_many(max_pixels) from None
    except PictureError:
        raise
    except (ValueError, *_BROKEN):
        raise PictureError(_("This picture is broken. Save it again and try once more.")) from None


def redrawn(image: Image.Image, *, box: tuple[int, int], with_alpha: bool) -> Image.Image:
    """Turned as the camera held it, made to fit, and copied to a canvas of its own: nothing else comes along."""
    picture = ImageOps.exif_transpose(image).convert("RGBA" if with_alpha else "RGB")
    picture.thumbnail(box, Image.Resampling.LANCZOS)
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return clean


def reencode_picture(raw: bytes, *, longest_side: int) -> bytes:
    """WebP with no side above `longest_side`; transparency stays, animation becomes its first picture.

    Raises PictureError for what is no PNG, JPEG or WebP, is broken, or is too large.
    """
    box = (longest_side, longest_side)
    with opened(raw) as image:
        # A JPEG is unfolded at about the size that is wanted, not at its own.
        image.draft("RGB", box)
        has_alpha = "A" in image.getbands() or "transparency" in image.info
        picture = redrawn(image, box=box, with_alpha=has_alpha)
    out = BytesIO()
    picture.save(out, format="WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def _check_size(image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise _too_many(max_pixels)


def _too_many(max_pixels: int) -> PictureError:
    text = _("This picture has more than %(most)s million pixels. Choose a smaller one.")
    return PictureError(text, most=max_pixels // 1_000_000)
