"""What stands on a receipt, as it was on the day it was issued.

`as_json` is what `Receipt.snapshot` stores; `from_json` reads it back years later, so fields are only ever
added, with a default. Amounts are minor units of `currency`; dates and times are text at the location's
wall clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from quittance.core.locale_format import format_money
from quittance.core.money import Money


class SnapshotError(ValueError):
    """A stored receipt cannot be read; the text names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One thing sold. `gross_minor` is what the line costs with tax, after discount, for all of `quantity`."""

    name: str
    quantity: int
    gross_minor: int
    tax_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRow:
    """One rate's share of the whole bill."""

    name: str
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """Proof of one tender (`amount_minor`), of its void when `cancels_number` names a receipt, or a credit note.

    `total_minor` is the whole bill, `remaining_minor` what was still due after this tender. `given_minor` is
    what the client handed over in cash, when the desk typed it. `overpaid_minor` was too much after it, and
    `came_late` says that the visit had been cancelled before.

    On a credit note `amount_minor` went back to `tender_label`; `lines` and `tax_rows` are what was credited, above
    zero; `excess_minor` of it was paid too much and `unused_minor` never paid for anything: neither changes a tax.
    `to_wallet` says that it became value that the client holds.
    """

    number: str
    date_text: str
    time_text: str
    currency: str
    business_name: str
    location_name: str
    total_minor: int
    amount_minor: int
    tender_label: str
    lines: tuple[ReceiptLine, ...]
    tax_rows: tuple[TaxRow, ...] = ()
    language: str = "en"
    legal_name: str = ""
    legal_address: str = ""
    tax_number: str = ""
    location_address: str = ""
    location_phone: str = ""
    location_email: str = ""
    client_name: str = ""
    visit_text: str = ""
    prices_include_tax: bool = True
    remaining_minor: int = 0
    given_minor: int | None = None
    cancels_number: str = ""
    kind: str = "receipt"
    to_wallet: bool = False
    refers_to_number: str = ""
    excess_minor: int = 0
    unused_minor: int = 0
    overpaid_minor: int = 0
    came_late: bool = False
    # How the business looked on that day: `#rrggbb` or empty, and the key of its logo.
    accent: str = ""
    logo_key: str = ""
    # What the place calls who pays: `client` or `patient`.
    client_word: str = "client"

    @property
    def is_credit_note(self) -> bool:
        return self.kind == "credit_note"

    @property
    def is_cancellation(self) -> bool:
        return bool(self.cancels_number)

    @property
    def change_minor(self) -> int | None:
        """What went back to the client, when cash was handed over."""
        return None if self.given_minor is None else max(self.given_minor - self.amount_minor, 0)

    def money_text(self, minor: int) -> str:
        """An amount as people of the receipt's language write it."""
        return format_money(Money(minor, self.currency), self.language)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values only; `from_json` gives back an equal document."""
        plain = asdict(self)
        plain["lines"] = list(plain["lines"])
        plain["tax_rows"] = list(plain["tax_rows"])
        return plain

    @classmethod
    def from_json(cls, snapshot: Mapping[str, Any]) -> ReceiptDocument:
        """Raise SnapshotError where a field is missing or of another type; unknown fields are left alone."""
        plain = _checked(cls, snapshot)
        plain["lines"] = tuple(ReceiptLine(**_checked(ReceiptLine, line)) for line in _rows(snapshot, "lines"))
        plain["tax_rows"] = tuple(TaxRow(**_checked(TaxRow, row)) for row in _rows(snapshot, "tax_rows"))
        try:
            return cls(**plain)
        except TypeError as error:
            raise SnapshotError(f"the stored receipt is not complete: {error}") from error


_PLAIN: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "bool": bool,
    "int | None": (int, type(None)),
}


def _checked(shape: type, row: Mapping[str, Any]) -> dict[str, Any]:
    """The plain fields of a dataclass found in a JSON object, their types checked."""
    found: dict[str, Any] = {}
    for field in fields(shape):
        expected = _PLAIN.get(str(field.type))
        if expected is None or field.name not in row:
            continue
        value = row[field.name]
        mistaken_bool = isinstance(value, bool) and expected is not bool
        if not isinstance(value, expected) or mistaken_bool:
            raise SnapshotError(f"the stored receipt has a wrong {field.name!r}")
        found[field.name] = value
    if shape is not ReceiptDocument:
        missing = [name for name in ("name", "gross_minor") if name not in found]
        if missing:
            raise SnapshotError(f"a row of the stored receipt has no {missing[0]!r}")
    return found


def _rows(snapshot: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = snapshot.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise SnapshotError(f"the stored receipt has a wrong {name!r}")
    return rows
