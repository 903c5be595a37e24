"""A desk's QR code to print: a sheet for the wall, a card, or a tent for the table.

The PDF is for the printer: it has 3 mm of bleed and crop marks. PNG (300 dpi) and SVG are the sheet as it is cut.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal

from PIL import Image

from quittance.documents.inert import one_line
from quittance.documents.labels import QR_POSTER_LABELS
from quittance.documents.qr import qr_svg
from quittance.documents.typeset import FAMILIES, typeset, typeset_language, typeset_page

PosterKind = Literal["pdf", "png", "svg"]
PRINT_DPI: Final = 300
# Width and height after cutting, in millimetres. The tent is folded across its middle: one face on each side.
SHEETS: Final[dict[str, tuple[int, int]]] = {"a4": (210, 297), "a6": (105, 148), "tent": (210, 297)}
KINDS: Final[tuple[PosterKind, ...]] = ("pdf", "png", "svg")
_OURS: Final = "#0b5d6b"
_BLACK: Final = "#000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class QrPoster:
    """`accent` is `#rrggbb` or empty for ours; `logo` a PNG of ours or empty. `colour` False: black on white only."""

    sheet: str
    address: str
    business_name: str
    desk_name: str = ""
    language: str = "en"
    colour: bool = True
    accent: str = ""
    logo: bytes = b""


def qr_poster(poster: QrPoster, *, kind: PosterKind, dpi: int = PRINT_DPI) -> bytes:
    """The same poster gives the same bytes; `dpi` is for PNG. Raises KeyError for a sheet that we do not have."""
    inputs = {"poster": json.dumps(_as_printed(poster, marks=kind == "pdf"))}
    if kind == "pdf":
        return typeset("qr_poster.typ", inputs)
    return typeset_page("qr_poster.typ", inputs, kind=kind, dpi=dpi)


def _as_printed(poster: QrPoster, *, marks: bool) -> dict[str, object]:
    width, height = SHEETS[poster.sheet]
    language = typeset_language(poster.language)
    words = QR_POSTER_LABELS.get(language, QR_POSTER_LABELS["en"])
    return {
        "fonts": FAMILIES,
        "language": language if language in QR_POSTER_LABELS else "en",
        "sheet": poster.sheet,
        "width": width,
        "height": height,
        "marks": marks,
        "accent": (poster.accent or _OURS) if poster.colour else _BLACK,
        "colour": poster.colour,
        "business_name": one_line(poster.business_name, limit=60),
        "desk_name": one_line(poster.desk_name, limit=60),
        "logo": list(poster.logo if poster.colour else _grey(poster.logo)),
        # Level Q: paper gets scratched, and a quarter of the code may be unreadable.
        "qr": qr_svg(poster.address, level="q"),
        "words": words,
    }


def _grey(png: bytes) -> bytes:
    if not png:
        return b""
    out = BytesIO()
    with Image.open(BytesIO(png), formats=("PNG",)) as image:
        image.convert("RGBA").convert("LA").save(out, "PNG")
    return out.getvalue()
