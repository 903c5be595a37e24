"""A gift card on paper: its business, its amount, its code and how long it is good."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from quittance.core.direction import walled
from quittance.core.locale_format import format_date, format_money
from quittance.core.money import Money
from quittance.documents.inert import one_line
from quittance.documents.labels import gift_card_labels_for
from quittance.documents.typeset import FAMILIES, typeset, typeset_language


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardDocument:
    """`nominal` is what was sold; `code` in groups; without a `last_date` it does not end."""

    business_name: str
    nominal: Money
    code: str
    last_date: date | None
    language: str = "en"
    location_name: str = ""
    location_address: str = ""
    location_phone: str = ""


def gift_card_pdf(document: GiftCardDocument) -> bytes:
    """The same card gives the same page; what people typed stands on it as plain text."""
    language = typeset_language(document.language)
    words = gift_card_labels_for(language)
    place = [document.location_name, document.location_address, document.location_phone]
    until = f"{words['until']} {format_date(document.last_date, document.language)}" if document.last_date else ""

    def typed(text: str) -> str:
        return walled(one_line(text), language)

    printed = {
        "fonts": FAMILIES,
        "language": language,
        "heading": words["title"],
        "author": one_line(document.business_name),
        "business_name": typed(document.business_name),
        "place_lines": [typed(line) for line in place if line and line != document.business_name],
        "amount": format_money(document.nominal, document.language),
        "code_label": words["code"],
        "code": typed(document.code),
        "validity": until,
        "hint": words["hint"],
    }
    return typeset("gift_card.typ", {"card": json.dumps(printed)})
