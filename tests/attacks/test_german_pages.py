"""In German the desk says nothing in English, on no page that a person can open."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

import pytest
from babel.messages.pofile import read_po
from django.http import HttpResponse

from quittance.businesses.models import User
from quittance.core.actor import Right
from quittance.ui.tests.messages_of import PACKAGE
from tests.attacks.asking import look
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import Place, browser

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

PAGES: Final = [name for name in NAMES if ROUTES[name].reads and ROUTES[name].who in {Who.STAFF, Who.SIGNED_IN}]
_READ: Final = {"aria-label", "title", "placeholder", "alt", "value"}
_NOT_READ: Final = {"script", "style"}
# Facts of the salon that are called as an English text is, and the texts of messages, which have their own language.
OF_THE_SALON: Final[set[str]] = {"Closed", "Cut", "Hair", "Things"}


class _Said(HTMLParser):
    """What a person sees or hears; not what stands in another language on purpose."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ:
            self._inside.append(tag)
        named = dict(attrs)
        for name, value in attrs:
            is_typed = name == "value" and (tag != "input" or named.get("type") not in {"submit", "button"})
            if value and name in _READ and not is_typed:
                self.texts.append(value)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.texts.append(data)


@lru_cache(maxsize=1)
def _english() -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole texts that are said otherwise in German, and the fixed parts of those with gaps."""
    whole: set[str] = set()
    parts: set[str] = set()
    for room in ("desk", "ui", "bills"):
        path = PACKAGE / room / "locale" / "de" / "LC_MESSAGES" / "django.po"
        with path.open("rb") as lines:
            for message in read_po(lines, locale="de"):
                for text in (message.id,) if isinstance(message.id, str) else tuple(message.id):
                    if not text or text == message.string:
                        continue
                    pieces = re.split(r"%\([a-z_]+\)[a-z]|%%|<[^>]*>", text)
                    if len(pieces) == 1:
                        whole.add(_plain(text))
                    parts.update(_plain(piece) for piece in pieces if len(piece.split()) > 3)
    return frozenset(whole), tuple(parts)


def _plain(text: str) -> str:
    return " ".join(text.split())


def left_in_english(response: HttpResponse) -> set[str]:
    said = _Said()
    said.feed(response.content.decode())
    whole, parts = _english()
    texts = {_plain(text) for text in said.texts} - OF_THE_SALON
    page = "\n".join(texts)
    return {text for text in texts if text in whole} | {part for part in parts if part in page}


@pytest.fixture
def german(ana: Place) -> User:
    person = ana.person(frozenset(Right), name="Eva")
    person.language = "de"
    person.save(update_fields=["language"])
    return person


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk_says_nothing_in_english(name: str, ana: Place, german: User) -> None:
    response = look(browser(german), name, ana)

    if not response.headers.get("Content-Type", "").startswith("text/html") or response.status_code >= 300:
        return
    assert left_in_english(response) == set()


def test_the_walk_sees_what_was_left_in_english() -> None:
    page = HttpResponse('<p>Send link</p><input aria-label="Search"><p>The last attempt was declined: no</p><p>Cut</p>')

    assert left_in_english(page) == {"Send link", "Search", "The last attempt was declined:"}
