"""Clients or patients: what a place calls those who come, in every text of the desk.

The texts are written once, with *client*. For a place that says *patient* they pass through here on their way out of
the catalog, before names are put into them: so no name is ever changed, and no text has to be written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from django.utils.translation import get_language, override, trans_real

from quittance.businesses.presets import PATIENT

# A private part of the language's code, so that whoever remembers the active language gets this one back.
_MARK: Final = "-x-patient"
_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {"clients": "patients", "client": "patient"},
    "de": {"kundinnen": "patientinnen", "kundin": "patientin", "kunden": "patienten", "kunde": "patient"},
}
# Neither placeholders (`%(client)s`, `{client}`) nor what stands inside of a tag or an address.
_FIND: Final = {
    "en": re.compile(r"(?<![\w({/=\"'-])(clients?)(?![\w}])", re.IGNORECASE),
    "de": re.compile(r"(?<![\w({/=\"'-])(kundinnen|kundin|kunden|kunde)", re.IGNORECASE),
}


@contextmanager
def in_words_of(client_word: str) -> Iterator[None]:
    """Everything that is translated inside says what the place says."""
    if client_word != PATIENT:
        yield
        return
    with override(_patient_code(get_language() or "en")):
        yield


def with_patients(text: str, language: str) -> str:
    """`text` as a place with patients says it; capitals stay where they are."""
    base = language.split("-", maxsplit=1)[0]
    words, find = _WORDS.get(base), _FIND.get(base)
    if words is None or find is None:
        return text

    def changed(found: re.Match[str]) -> str:
        word = words[found.group(1).lower()]
        return word.capitalize() if found.group(1)[0].isupper() else word

    return find.sub(changed, text)


class _Patients(trans_real.DjangoTranslation):
    """The catalog of a language, with every text changed on its way out."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.plain = language

    def to_language(self) -> str:
        return self.plain + _MARK

    def gettext(self, message: str) -> str:
        return _kept(str(super().gettext(message)), self.plain)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return _kept(str(super().ngettext(msgid1, msgid2, n)), self.plain)


_kept = lru_cache(maxsize=4_096)(with_patients)


def _patient_code(language: str) -> str:
    plain = language.partition("-x-")[0]
    code = plain + _MARK
    # Django has no door for a catalog that is made and not read.
    known: dict[str, trans_real.DjangoTranslation] = vars(trans_real)["_translations"]
    if code not in known:
        known[code] = _Patients(plain)
    return code
