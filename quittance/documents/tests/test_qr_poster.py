"""Printed QR codes are read by a decoder as a phone sees them: small, at 300 dpi, out of focus."""

from __future__ import annotations

import io
import re
import zlib
from itertools import product

import pytest
import typst
from PIL import Image, ImageFilter, ImageOps

from quittance.documents.labels import QR_POSTER_LABELS
from quittance.documents.qr_poster import KINDS, PRINT_DPI, SHEETS, QrPoster, qr_poster

cv2 = pytest.importorskip("cv2", reason="OpenCV reads the code back")
np = pytest.importorskip("numpy")

pytestmark = pytest.mark.row("J1")

ADDRESS = "https://pay.ana-and-daughters.example.org/d/abcdefghijklmnopqrstuv"
_SMALL_PIXELS = round(2.5 / 2.54 * 300)
EVERY = list(product(SHEETS, ("colour", "black and white")))


def poster(sheet: str, ink: str = "colour", **more: str | bytes) -> QrPoster:
    kept = {"address": ADDRESS, "business_name": "Ana's Salon", "desk_name": "Front desk", **more}
    return QrPoster(sheet=sheet, colour=ink == "colour", **kept)  # type: ignore[arg-type]


def logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (240, 88), (200, 30, 90, 255)).save(out, "PNG")
    return out.getvalue()


def drawn(svg: bytes) -> Image.Image:
    page = '#set page(width: auto, height: auto, margin: 0mm)\n#image(bytes(sys.inputs.svg), format: "svg")'
    png = typst.compile(page.encode(), sys_inputs={"svg": svg.decode()}, format="png", ppi=300)
    return Image.open(io.BytesIO(png))


def codes_in(picture: Image.Image) -> list[str]:
    """All that a decoder finds, with each code 2.5 cm wide at 300 dpi and blurred.

    A camera holds still for none of its pictures: each is a little nearer or farther, and one of them is read.
    """
    grey = picture.convert("L")
    reduced = grey.resize((800, round(grey.height * 800 / grey.width)), Image.Resampling.LANCZOS)
    found, _, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(np.asarray(reduced))
    assert found, "no code was found at all"
    width = max(abs(corner[1][0] - corner[0][0]) for corner in corners) * grey.width / 800
    return max((_texts_in(grey, _SMALL_PIXELS * nearer / float(width)) for nearer in (1, 0.99, 1.01)), key=_read)


def _read(texts: list[str]) -> int:
    return sum(map(bool, texts))


def _texts_in(grey: Image.Image, scale: float) -> list[str]:
    small = grey.resize((round(grey.width * scale), round(grey.height * scale)), Image.Resampling.LANCZOS)
    # A margin, as the wall behind the paper has it.
    seen = ImageOps.expand(small, border=40, fill=255).filter(ImageFilter.GaussianBlur(2))
    _, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(np.asarray(seen))
    return list(texts)


@pytest.mark.parametrize(("sheet", "ink"), EVERY)
def test_a_png_is_decoded_at_two_and_a_half_centimetres_and_out_of_focus(sheet: str, ink: str) -> None:
    picture = Image.open(io.BytesIO(qr_poster(poster(sheet, ink, logo=logo()), kind="png")))
    width, height = SHEETS[sheet]
    assert picture.size == pytest.approx((width / 25.4 * PRINT_DPI, height / 25.4 * PRINT_DPI), abs=1)
    assert codes_in(picture) == [ADDRESS] * (2 if sheet == "tent" else 1)


@pytest.mark.parametrize(("sheet", "ink"), EVERY)
def test_an_svg_is_decoded_too(sheet: str, ink: str) -> None:
    assert set(codes_in(drawn(qr_poster(poster(sheet, ink), kind="svg")))) == {ADDRESS}


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_pdf_has_room_for_bleed_and_crop_marks_around_the_sheet(sheet: str) -> None:
    pdf = qr_poster(poster(sheet), kind="pdf")
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf + _unpacked(pdf))
    assert box
    size = [float(side) / 72 * 25.4 for side in box.groups()]
    assert size == pytest.approx([side + 24 for side in SHEETS[sheet]], abs=0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_black_and_white_has_no_colour_in_it(kind: str) -> None:
    if kind == "png":
        picture = Image.open(io.BytesIO(qr_poster(poster("a6", "black and white", logo=logo()), kind="png")))
        red, green, blue = picture.convert("RGB").split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()
    coloured = poster("a6", accent="#c0392b")
    plain = poster("a6", "black and white", accent="#c0392b")
    assert qr_poster(coloured, kind=kind) != qr_poster(plain, kind=kind)  # type: ignore[arg-type]


def test_every_language_has_every_word_and_no_service_is_named() -> None:
    assert len({frozenset(words) for words in QR_POSTER_LABELS.values()}) == 1
    assert all(all(words.values()) for words in QR_POSTER_LABELS.values())


def test_hostile_names_are_only_printed() -> None:
    name = '#eval("1") $x$ ' + "\u202egnp.exe" + "\U0001f600" * 40 + "\nBcc: x"
    for kind in KINDS:
        assert qr_poster(poster("a6", business_name=name, desk_name=name), kind=kind)


def test_the_same_poster_is_the_same_bytes() -> None:
    assert all(qr_poster(poster("a6"), kind=kind) == qr_poster(poster("a6"), kind=kind) for kind in KINDS)


def _unpacked(pdf: bytes) -> bytes:
    parts = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)
