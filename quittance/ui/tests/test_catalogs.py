from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from quittance.ui.catalogs import catalogs, compile_stale
from quittance.ui.tests.messages_of import PACKAGE, messages_of

ROOMS = ["pay", "ui"]
LANGUAGES = ["de"]


def catalog_of(room: str, language: str) -> dict[str, str]:
    path = PACKAGE / room / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as lines:
        return {str(message.id): str(message.string) for message in read_po(lines) if message.id}


@pytest.mark.row("C11")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_text_is_translated_and_none_is_left_over(room, language):
    texts = catalog_of(room, language)

    assert set(texts) == messages_of(room)
    assert [text for text, translated in texts.items() if not translated.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_translations_keep_their_placeholders(room, language):
    placeholder = re.compile(r"%\([a-z_]+\)s")
    for text, translated in catalog_of(room, language).items():
        assert sorted(placeholder.findall(translated)) == sorted(placeholder.findall(text)), text


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
