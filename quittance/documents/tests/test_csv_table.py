"""Tables of other programs are read whatever they part cells with; ours do nothing in a spreadsheet."""

from __future__ import annotations

import pytest

from quittance.documents.csv_table import MAX_BYTES, TableError, decoded, inert, read_table, write_table


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_comma_semicolon_and_tab_are_told_apart(sign: str) -> None:
    table = read_table(f'First  Name{sign}E-mail\r\n"Chloe{sign} M."{sign}c@x.example\r\n\r\nNora\r\n')
    assert table.headings == ("first name", "email")
    assert [(row.line, dict(row.cells)) for row in table.rows] == [
        (2, {"first name": f"Chloe{sign} M.", "email": "c@x.example"}),
        (4, {"first name": "Nora"}),
    ]


def test_utf_8_and_windows_1252_are_read() -> None:
    assert decoded("\ufeffName\nZoë Grün\n".encode()) == "Name\nZoë Grün\n"
    assert decoded("Name\nZoë Grün €\n".encode("cp1252")) == "Name\nZoë Grün €\n"


@pytest.mark.parametrize("text", ["", "\n\n", "a\0b"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(TableError):
        read_table(text)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(TableError, match="larger than 750 kB"):
        decoded(b"x" * (MAX_BYTES + 1))
    with pytest.raises(TableError, match="more than 5000 rows"):
        read_table("name\n" + "x\n" * 5_001)


@pytest.mark.parametrize("cell", ["=1+1", "+4930123", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_ours_is_a_formula_and_reading_gives_it_back(cell: str) -> None:
    assert inert(cell) == f"'{cell}"
    text = write_table(["Name", "Phone"], [["Chloe", cell]])
    assert read_table(decoded(text.encode())).rows[0].cells["phone"] == cell.strip() or cell[0] in "\t\r"
