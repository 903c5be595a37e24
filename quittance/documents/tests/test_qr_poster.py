"""Printed QR codes are read by a decoder as a phone sees them: small, at 300 dpi, out of focus."""

from __future__ import annotations

import io
from itertools import product
from typing import Any

import pypdfium2
import pytest
import typst
from PIL import Image, ImageFilter, ImageOps

from quittance.documents.labels import QR_POSTER_LABELS
from quittance.documents.qr_poster import KINDS, PRINT_DPI, SHEETS, PosterKind, QrPoster, qr_poster

cv2 = pytest.importorskip("cv2", reason="OpenCV reads the code back")
np = pytest.importorskip("numpy")

pytestmark = pytest.mark.row("J1")

ADDRESS = "https://pay.ana-and-daughters.example.org/d/abcdefghijklmnopqrstuv"
_SMALL_PIXELS = round(2.5 / 2.54 * 300)
# Millimetres: from the edge of the paper to the cut, what is printed beyond the cut, and the length of a mark.
_RIM, _BLEED, _MARK = 12, 3, 6
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


def printed(pdf: bytes) -> Image.Image:
    """The paper as it leaves the printer, before it is cut."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return page.render(scale=PRINT_DPI / 72, grayscale=True).to_pil().convert("L")  # type: ignore[no-any-return]


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


def _line_at(paper: Any, across: float, begin: float, end: float) -> bool:
    """A dark hairline at `across` millimetres from the left, from `begin` to `end` from the top."""
    middle, half = _pixels(across), 3
    strip = paper[_pixels(begin) + 1 : _pixels(end) - 1, middle - half : middle + half + 1]
    return bool((strip.min(axis=1) < 200).all())


def _pixels(millimetres: float) -> int:
    return round(millimetres / 25.4 * PRINT_DPI)


@pytest.mark.parametrize(("sheet", "ink"), EVERY)
def test_a_png_is_decoded_at_two_and_a_half_centimetres_and_out_of_focus(sheet: str, ink: str) -> None:
    picture = Image.open(io.BytesIO(qr_poster(poster(sheet, ink, logo=logo()), kind="png")))
    width, height = SHEETS[sheet]
    assert picture.size == pytest.approx((width / 25.4 * PRINT_DPI, height / 25.4 * PRINT_DPI), abs=1)
    assert codes_in(picture) == [ADDRESS] * (2 if sheet == "tent" else 1)


@pytest.mark.parametrize(("sheet", "ink"), EVERY)
def test_an_svg_is_decoded_too(sheet: str, ink: str) -> None:
    assert set(codes_in(drawn(qr_poster(poster(sheet, ink), kind="svg")))) == {ADDRESS}


@pytest.mark.parametrize("with_logo", [True, False], ids=["logo", "name"])
@pytest.mark.parametrize(("sheet", "ink"), EVERY)
def test_the_printed_pdf_is_decoded_too(sheet: str, ink: str, with_logo: bool) -> None:
    picture = printed(qr_poster(poster(sheet, ink, logo=logo() if with_logo else b""), kind="pdf"))
    assert codes_in(picture) == [ADDRESS] * (2 if sheet == "tent" else 1)


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_pdf_has_room_for_bleed_and_crop_marks_around_the_sheet(sheet: str) -> None:
    pdf = pypdfium2.PdfDocument(qr_poster(poster(sheet), kind="pdf"))
    assert len(pdf) == 1
    assert pdf[0].get_size() == pytest.approx([(side + 2 * _RIM) / 25.4 * 72 for side in SHEETS[sheet]], abs=0.1)


@pytest.mark.parametrize(("sheet", "ink"), EVERY)
def test_crop_marks_stand_at_the_cuts_and_never_inside_of_them(sheet: str, ink: str) -> None:
    paper = np.asarray(printed(qr_poster(poster(sheet, ink), kind="pdf")))
    width, height = SHEETS[sheet]
    for seen, across, along in ((paper, width, height), (paper.T, height, width)):
        for cut in (_RIM, _RIM + across):
            for end in (2, _RIM + along + _BLEED + 1):
                assert _line_at(seen, cut, end, end + _MARK), f"no mark at {cut} mm, {end} mm"
            # Between the mark and the cut is the bleed and a millimetre of white: no mark is ever printed on.
            assert not _line_at(seen, cut, 2 + _MARK + 0.3, _RIM - _BLEED - 0.3)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_what_is_not_for_the_printer_has_no_crop_marks(kind: PosterKind) -> None:
    drawing = qr_poster(poster("a6", "black and white"), kind=kind)
    picture = Image.open(io.BytesIO(drawing)) if kind == "png" else drawn(drawing)
    grey = np.asarray(picture.convert("L"))
    assert grey.shape[::-1] == pytest.approx([side / 25.4 * PRINT_DPI for side in SHEETS["a6"]], abs=1)
    assert grey[:60].min() == grey[:, :60].min() == 255


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
