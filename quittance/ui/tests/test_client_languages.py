from __future__ import annotations

from quittance.core.locale_format import known_locale
from quittance.documents.labels import GIFT_CARD_LABELS, RECEIPT_LABELS
from quittance.messages.texts.render import LANGUAGES
from quittance.ui.client_languages import CLIENT_LANGUAGES


def test_pages_messages_and_papers_speak_the_same_languages() -> None:
    for texts in (LANGUAGES, RECEIPT_LABELS, GIFT_CARD_LABELS):
        assert set(texts) == set(CLIENT_LANGUAGES)


def test_each_language_is_called_by_its_own_name() -> None:
    for code, name in CLIENT_LANGUAGES.items():
        assert name.lower() == str(known_locale(code).get_language_name(code)).lower()
