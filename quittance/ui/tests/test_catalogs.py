from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils import translation

from quittance.core.locale_format import format_date, format_datetime
from quittance.documents.labels import RECEIPT_LABELS, gift_card_labels_for
from quittance.ui.catalogs import catalogs, compile_stale
from quittance.ui.client_languages import CLIENT_LANGUAGES
from quittance.ui.tests.messages_of import PACKAGE, messages_of, messages_on_paper
from quittance.ui.tests.same_words import PLURAL_FORMS, SAME_AS_ENGLISH

ROOMS = ["pay", "ui", "bills"]
LANGUAGES = [language for language in CLIENT_LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}|%%")


def catalog_of(room: str, language: str) -> Catalog:
    with (PACKAGE / room / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as lines:
        return read_po(lines)


def forms_of(room: str, language: str) -> dict[str, tuple[str, ...]]:
    """Each text with what it is translated to, all its plural forms."""
    return {_listed(message.id)[0]: _listed(message.string) for message in catalog_of(room, language) if message.id}


def _listed(texts: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def wanted(room: str) -> set[str]:
    return messages_on_paper() if room == "bills" else messages_of(room)


def test_every_language_has_its_catalogs_and_no_other_has_any():
    assert {path.parts[-3] for path in catalogs()} == set(LANGUAGES)


@pytest.mark.row("C11")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_text_is_translated_and_none_is_left_over(room, language):
    texts = forms_of(room, language)

    assert wanted(room) - set(texts) == set(), "missing"
    assert set(texts) - wanted(room) == set(), "left over"
    assert [text for text, forms in texts.items() if not all(form.strip() for form in forms)] == []
    assert [message.id for message in catalog_of(room, language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_translations_keep_their_placeholders(room, language):
    for text, forms in forms_of(room, language).items():
        for form in forms:
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(text)), text
            assert "%" not in PLACEHOLDER.sub("", form) or "%(" not in text, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_each_language_counts_in_its_own_forms(room, language):
    catalog = catalog_of(room, language)
    assert catalog.num_plurals in PLURAL_FORMS.get(language, {2})
    for message in catalog:
        if isinstance(message.id, tuple):
            assert len(_listed(message.string)) == catalog.num_plurals, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_stays_english(language):
    """Words that are the same in both stand in a list that somebody read."""
    same = {
        text
        for room in ROOMS
        for text, forms in forms_of(room, language).items()
        if text in forms and re.search("[a-z]{2}", PLACEHOLDER.sub("", text))
    }
    assert same == SAME_AS_ENGLISH[language]


def test_a_compiled_catalog_is_the_one_that_django_reads():
    with translation.override("de"):
        assert translation.gettext("paid") == "bezahlt"


def test_only_stale_catalogs_are_compiled(tmp_path):
    source = tmp_path / "pay" / "locale" / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "paid"\nmsgstr "bezahlt"\n', encoding="utf-8")

    assert list(catalogs(tmp_path)) == [source]
    assert compile_stale(tmp_path) == [source.with_suffix(".mo")]
    assert compile_stale(tmp_path) == []
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_of_a_page_has_two_full_stops_or_a_gap_before_one(room, language):
    at = datetime(2026, 11, 26, 13, tzinfo=UTC)
    said = {"%(date)s": format_date(at.date(), language), "%(deadline)s": format_datetime(at, language, "UTC")}
    for forms in forms_of(room, language).values():
        for form in forms:
            text = PLACEHOLDER.sub(lambda found: said.get(found.group(), "x"), form)
            assert not re.search(r"\.\.|[\s\u00a0\u202f][.,](?!\w)", text.replace("...", "…")), text


def test_no_word_on_paper_has_two_full_stops_or_a_gap_before_one():
    for labels in (*RECEIPT_LABELS.values(), *map(gift_card_labels_for, RECEIPT_LABELS)):
        assert [text for text in labels.values() if re.search(r"\.\.| [.,;]", text)] == []
