from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from quittance.core.money import Money
from quittance.documents.gift_card_pdf import GiftCardDocument, gift_card_pdf

CARD: Final = GiftCardDocument(
    business_name="Ana's Salon",
    nominal=Money(5_000, "EUR"),
    code="ABCD-EFGH-JKLM-NPQR",
    last_date=date(2027, 11, 26),
)


@pytest.mark.row("G1")
@pytest.mark.parametrize("language", ["en", "de", "tr", "x-hostile", ""])
def test_a_card_is_the_same_page_each_time_in_every_language(language: str) -> None:
    card = replace(CARD, language=language)
    body = gift_card_pdf(card)
    assert body.startswith(b"%PDF-")
    assert body == gift_card_pdf(card)


def test_what_people_typed_is_placed_and_never_run() -> None:
    hostile = '#panic("run") $ *bold* \\n @import "x" \U0001f9ff ' + "x" * 500
    card = replace(CARD, business_name=hostile, location_address=hostile, last_date=None)
    assert gift_card_pdf(card).startswith(b"%PDF-")
