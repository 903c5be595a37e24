"""Pages of paper as PDFs that screen readers can read (PDF/UA-1), by typst, without any system font."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

import typst

_ROOM: Final = Path(__file__).parent
FAMILIES: Final = [
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    "Noto Sans Armenian",
    "Noto Sans Georgian",
    "Droid Sans Fallback",
]


def typeset(template: str, inputs: dict[str, str]) -> bytes:
    """The same inputs give the same page."""
    try:
        return _compiled(template, inputs, accessible=True)
    except typst.TypstError:
        # PDF/UA forbids characters that no font has (a rare emoji in a name): then a plain PDF, with a box there.
        return _compiled(template, inputs, accessible=False)


def typeset_page(template: str, inputs: dict[str, str], *, kind: Literal["png", "svg"], dpi: int) -> bytes:
    """The first page as a picture; `dpi` is for PNG."""
    return typst.compile(
        _template(template),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format=kind,
        ppi=float(dpi),
    )


def typeset_language(code: str) -> str:
    """The two or three letters that typst takes; English where the code is something else."""
    base = code.replace("_", "-").split("-")[0].lower()
    return base if base.isascii() and base.isalpha() and len(base) in {2, 3} else "en"


def _compiled(template: str, inputs: dict[str, str], *, accessible: bool) -> bytes:
    standard: Literal["ua-1"] | None = "ua-1" if accessible else None
    return typst.compile(
        _template(template),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=standard,
        timestamp=0,
    )


@cache
def _template(name: str) -> bytes:
    return (_ROOM / name).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_ROOM / "fonts")])
