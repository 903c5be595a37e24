"""What the imports share: reading the file, and saying of each row what would happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from quittance.documents.csv_table import Row, TableError, read_table
from quittance.flows.errors import FieldError

NEW, KNOWN, MORE, BAD = "new", "known", "more", "bad"
OUTCOMES: Final = (NEW, MORE, KNOWN, BAD)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """`outcome` is new, more (something is added to what is there), known (nothing to do) or bad, with why."""

    line: int
    name: str
    outcome: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    rows: Sequence[PlannedRow]

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


def table_rows(text: str, *, needed: tuple[str, ...], example: str) -> tuple[Row, ...]:
    """The rows of a file that has at least one of the headings needed."""
    try:
        table = read_table(text)
    except TableError as error:
        raise FieldError("file", str(error)) from error
    if not set(needed) & set(table.headings):
        raise FieldError(
            "file", _("The first line must name the columns, for example: %(example)s.") % {"example": example}
        )
    if not table.rows:
        raise FieldError("file", _("Below the first line there is nothing to import."))
    return table.rows
