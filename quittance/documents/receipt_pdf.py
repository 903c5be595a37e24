"""A receipt as a PDF that screen readers can read (PDF/UA-1), by typst, without any system font."""

from __future__ import annotations

import json
from typing import Any, Final

from quittance.core.direction import is_right_to_left, walled
from quittance.core.locale_format import colon
from quittance.documents.inert import one_line
from quittance.documents.labels import labels_for
from quittance.documents.receipt import ReceiptDocument, TaxRow
from quittance.documents.typeset import FAMILIES, typeset, typeset_language

_INK: Final = "#000000"


def receipt_pdf(document: ReceiptDocument, *, logo: bytes = b"") -> bytes:
    """The same document gives the same page; what people typed stands on it as plain text. `logo` is a PNG of ours."""
    return typeset("receipt.typ", {"receipt": json.dumps(_as_printed(document) | {"logo": list(logo)})})


def _as_printed(document: ReceiptDocument) -> dict[str, Any]:
    words = labels_for(document.language)
    sender = [
        document.legal_name if document.legal_name != document.business_name else "",
        document.legal_address,
    ]
    tax_number = _typed(document, document.tax_number)
    place = [document.location_name, document.location_address, document.location_phone, document.location_email]
    about = [
        (words["patient" if document.client_word == "patient" else "client"], document.client_name),
        (words["visit"], document.visit_text),
    ]
    return {
        "words": words | ({"quantity": ""} if document.is_credit_note else {}),
        "colon": colon(document.language),
        "fonts": FAMILIES,
        "language": typeset_language(document.language),
        "heading": _heading(document, words),
        "author": one_line(document.business_name),
        "business_name": _typed(document, document.business_name),
        "accent": document.accent or _INK,
        "sender_lines": [
            *(_typed(document, line, limit=300) for line in sender if line),
            *([f"{words['tax_number']}{colon(document.language)} {tax_number}"] if tax_number else []),
        ],
        "footer": _typed(document, " · ".join(_without_repeats(place)), limit=400),
        "number": _typed(document, document.number),
        "issued": _issued(document),
        "subject_lines": _subject(document, words),
        "about": [(label, _typed(document, value)) for label, value in about if value],
        "lines": _lines(document, words),
        "total": document.money_text(document.total_minor),
        "payments": _payments(document, words),
        "tax_rows": [_tax_row(document, row) for row in document.tax_rows],
        "tax_note": words["tax_included"] if document.prices_include_tax else "",
        "note": _note(document, words),
    }


def _issued(document: ReceiptDocument) -> str:
    comma = "،" if is_right_to_left(document.language) else ","
    return f"{_typed(document, document.date_text)}{comma} {_typed(document, document.time_text)}"


def _note(document: ReceiptDocument, words: dict[str, str]) -> str:
    if document.came_late:
        return words["came_late"]
    return words["same_price"] if document.excess_minor or document.unused_minor else ""


def _heading(document: ReceiptDocument, words: dict[str, str]) -> str:
    if document.is_credit_note:
        return words["credit_note_cancellation" if document.is_cancellation else "credit_note"]
    return words["cancellation" if document.is_cancellation else "title"]


def _subject(document: ReceiptDocument, words: dict[str, str]) -> list[str]:
    """Which other paper this one is about, in bold under the heading."""
    found = []
    if document.is_cancellation:
        verb = words["cancels_credit_note" if document.is_credit_note else "cancels"]
        found.append(f"{verb} {_typed(document, document.cancels_number)}")
        if document.is_credit_note:
            found.append(words["not_refunded"])
    elif document.refers_to_number:
        found.append(f"{words['refers']} {_typed(document, document.refers_to_number)}")
    return found


def _lines(document: ReceiptDocument, words: dict[str, str]) -> list[dict[str, str]]:
    """What was sold, or credited; a credit note also names what was returned without touching the price."""
    rows = [
        {
            "name": _typed(document, line.name),
            "quantity": "" if document.is_credit_note else str(line.quantity),
            "tax_name": _typed(document, line.tax_name),
            "amount": document.money_text(line.gross_minor),
        }
        for line in document.lines
    ]
    rest = ((words["excess"], document.excess_minor), (words["unused"], document.unused_minor))
    rows += [
        {"name": name, "quantity": "", "tax_name": "", "amount": document.money_text(minor)}
        for name, minor in rest
        if minor
    ]
    return rows


def _tax_row(document: ReceiptDocument, row: TaxRow) -> list[str]:
    parts = (row.net_minor, row.tax_minor, row.gross_minor)
    return [_typed(document, row.name), *(document.money_text(part) for part in parts)]


def _payments(document: ReceiptDocument, words: dict[str, str]) -> list[tuple[str, str]]:
    verb = words["refunded" if document.is_credit_note else "paid"]
    if document.is_cancellation:
        verb = words["cancelled"]
    rows = [(f"{verb} · {_typed(document, document.tender_label)}", document.money_text(document.amount_minor))]
    if document.given_minor is not None and document.change_minor is not None:
        rows += [
            (words["given"], document.money_text(document.given_minor)),
            (words["change"], document.money_text(document.change_minor)),
        ]
    if document.remaining_minor:
        rows.append((words["remaining"], document.money_text(document.remaining_minor)))
    if document.overpaid_minor:
        rows.append((words["overpaid"], document.money_text(document.overpaid_minor)))
    return rows


def _typed(document: ReceiptDocument, text: str, *, limit: int = 200) -> str:
    """Harmless, and between walls where it runs against the receipt's language."""
    return walled(one_line(text, limit=limit), document.language)


def _without_repeats(parts: list[str]) -> list[str]:
    return list(dict.fromkeys(part for part in parts if part))
