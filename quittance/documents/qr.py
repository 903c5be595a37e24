"""QR codes for screens and paper."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str, *, title: str = "", level: str = "m") -> str:
    """An SVG that fills its box; black on white always, so that it scans on dark pages too, with its quiet zone of 4.

    Level M: a phone reads it off a smeared screen. Raises ValueError when the text is empty or too long.
    """
    if not text:
        raise ValueError("a QR code needs a text")
    out = io.BytesIO()
    code = segno.make_qr(text, error=level, boost_error=False)
    code.save(
        out,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        title=title or None,
        nl=False,
    )
    return out.getvalue().decode("utf-8")
