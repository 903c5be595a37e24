from __future__ import annotations

import pytest
from django.utils import translation

from quittance.core.money import Money
from quittance.rows.amounts import amount_words


@pytest.mark.parametrize(
    ("language", "words"), [("en", "€1,234.50"), ("de", "1.234,50\u00a0€"), ("fr", "1\u202f234,50\u00a0€")]
)
def test_an_amount_in_a_sentence_is_written_as_its_reader_writes_it(language: str, words: str):
    with translation.override(language):
        assert amount_words(Money(123_450, "EUR")) == words
