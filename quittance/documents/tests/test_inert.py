"""What people typed becomes one harmless, bounded line."""

import pytest

from quittance.documents.inert import one_line

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    '=HYPERLINK("http://evil")',
    "+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\u202eevil\u2066",
    "😀" * 500,
    "Chloe\nBcc: all@example.org",
    '#import "x": *; #read("/etc/passwd")',
    "\x00\x07",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_one_bounded_line_without_controls(name: str) -> None:
    line = one_line(name)
    assert len(line) <= 200
    assert line.isprintable()
    assert not set(line) & set("\n\r\t\u202e\u2066")


def test_names_in_many_scripts_are_left_as_they_are() -> None:
    for name in ("محمد الأمين", "王小明", "Ελένη Παπαδοπούλου", "O’Neill-Łukasz"):
        assert one_line(name) == name


def test_a_long_text_ends_with_an_ellipsis() -> None:
    assert one_line("abcdef", limit=4) == "abc…"
