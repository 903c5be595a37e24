"""Pictures that people upload, drawn anew: small, without what the camera knew, and nothing in them but pixels.

What comes out is made by us from the pixels alone. Where a picture was taken, by which phone, a thumbnail of what was
cut away, and whatever was hidden behind its end stay out.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES: Final = 8 * 1024 * 1024
# A phone's picture has twelve to fifty million pixels; what unfolds to more is meant to fill the memory.
MAX_PIXELS: Final = 50_000_000
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_QUALITY: Final = 82
# What the readers raise on bytes that no camera wrote.
_BROKEN: Final = (OSError, SyntaxError, EOFError, IndexError, TypeError, struct.error, zlib.error, MemoryError)


def reencode_picture(raw: bytes, *, longest_side: int) -> bytes:
    """WebP with no side above `longest_side`; transparency stays, animation becomes its first picture.

    Raises ValueError with a sentence for what is no PNG, JPEG or WebP, is broken, or is too large.
    """
    if len(raw) > MAX_BYTES:
        raise ValueError(f"This picture is larger than {MAX_BYTES // 1024 // 1024} MB. Choose a smaller one.")
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a bomb up to twice its limit; ours is decided below, before a pixel is unfolded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(raw), formats=_FORMATS) as opened:
                return _drawn(opened, longest_side)
    except UnidentifiedImageError:
        raise ValueError("This is no PNG, JPEG or WebP picture. Save it as one of these and try again.") from None
    except Image.DecompressionBombError:
        raise ValueError(_TOO_MANY) from None
    except _BROKEN:
        raise ValueError("This picture is broken. Save it again and try once more.") from None


_TOO_MANY: Final = f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels. Choose a smaller one."


def _drawn(opened: Image.Image, longest_side: int) -> bytes:
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise ValueError(_TOO_MANY)
    # A JPEG is unfolded at about the size that is wanted, not at its own.
    opened.draft("RGB", (longest_side, longest_side))
    turned = ImageOps.exif_transpose(opened)
    has_alpha = "A" in turned.getbands() or "transparency" in turned.info
    picture = turned.convert("RGBA" if has_alpha else "RGB")
    picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    # A new canvas bears none of what the old one carried beside its pixels.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = BytesIO()
    clean.save(out, format="WEBP", quality=_QUALITY, method=4)
    return out.getvalue()
