"""Tables as other programs write them: comma, semicolon or tab; UTF-8 or Windows-1252. Ours are inert."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

MAX_BYTES: Final = 750_000
MAX_ROWS: Final = 5_000
_MAX_CELL: Final = 4_000
_DELIMITERS: Final = (",", ";", "\t")
# What a spreadsheet would take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class TableError(ValueError):
    """The file cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number there, and its cells by normalised heading."""

    line: int
    cells: Mapping[str, str]

    def first(self, *names: str) -> str:
        """The first of these headings that is there and filled in."""
        return next((cell for name in names if (cell := self.cells.get(name, ""))), "")


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def decoded(content: bytes) -> str:
    """UTF-8 where it is UTF-8, else Windows-1252, in which every byte is some letter."""
    too_large = TableError("This file is larger than 750 kB. Split it into several.")
    if len(content) > MAX_BYTES:
        raise too_large
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    # It travels back as UTF-8 when what was looked at is imported.
    if len(text.encode()) > MAX_BYTES:
        raise too_large
    return text


def read_table(text: str) -> Table:
    """Raises TableError with a sentence. Empty lines are left out; a missing cell is empty."""
    if "\0" in text:
        raise TableError("This is no CSV file. Export it as CSV, then choose that file.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    try:
        for cells in reader:
            clean = [_plain(cell) for cell in cells]
            if not any(clean):
                continue
            if not headings:
                headings = tuple(normalised(cell) for cell in clean)
                continue
            if len(rows) >= MAX_ROWS:
                raise TableError(f"This file has more than {MAX_ROWS} rows. Split it into several.")
            rows.append(Row(reader.line_num, dict(zip(headings, clean, strict=False))))
    except csv.Error as error:
        raise TableError("This is no CSV file. Export it as CSV, then choose that file.") from error
    if not headings:
        raise TableError("This file is empty.")
    return Table(headings, tuple(rows))


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Commas, UTF-8 with its mark, so that spreadsheets read the letters; nothing in it is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([inert(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def table_lines(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same line by line, for files that are written while they are read."""
    yield "\ufeff"
    for cells in chain([headings], rows):
        out = io.StringIO(newline="")
        csv.writer(out).writerow([inert(cell) for cell in cells])
        yield out.getvalue()


def inert(cell: str) -> str:
    """An apostrophe before what a spreadsheet would calculate; reading takes it off again."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def normalised(heading: str) -> str:
    """`E-mail  Address` and `email address` are one."""
    return " ".join(heading.casefold().replace("-", "").replace("_", " ").split())


def _plain(cell: str) -> str:
    text = cell[:_MAX_CELL].strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def _delimiter(text: str) -> str:
    """The one that parts the first line most often."""
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
