"""The QR code on the screen."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
import typst

from quittance.documents.qr import qr_svg


def test_a_code_is_a_small_svg_without_a_fixed_size() -> None:
    svg = qr_svg("https://pay.example.org/p/abcdefghijklmnopqrstuv")
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")
    assert "width" not in root.attrib
    assert len(svg) < 4000


def test_a_title_is_escaped() -> None:
    svg = qr_svg("https://pay.example.org/p/x", title='"><script>alert(1)</script>')
    assert "<script>" not in svg
    ET.fromstring(svg)


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a text"):
        qr_svg("")


def test_the_drawn_code_reads_back_as_the_address() -> None:
    cv2 = pytest.importorskip("cv2", reason="OpenCV reads the code back")
    address = "https://pay.example.org/p/abcdefghijklmnopqrstuv"
    drawing = (
        '#set page(width: 60mm, height: 60mm, margin: 0mm)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    png = typst.compile(drawing.encode(), sys_inputs={"svg": qr_svg(address)}, format="png", ppi=300)
    picture = cv2.imdecode(np.frombuffer(png, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert text == address
