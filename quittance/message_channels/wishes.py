"""The words by which clients end or begin to get texts, in the languages that they are written to in."""

from __future__ import annotations

import unicodedata
from typing import Final

from quittance.message_channels.port import Wish

_STOP: Final = frozenset(
    {"STOP", "STOPP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "OPT OUT"}
    | {"STOP PROMOTIONS", "UNSUBSCRIBE FROM ALL", "REVOKE"}
    | {"ABMELDEN", "ARRET", "ALTO", "BAJA", "PARAR", "SAIR", "STOPPEN", "AFMELDEN", "ANNULLA", "CANCELLA"}
    | {"СТОП", "DUR", "IPTAL", "توقف", "إيقاف", "ايقاف", "الغاء"}
)
_START: Final = frozenset({"START", "UNSTOP", "SUBSCRIBE", "ANMELDEN", "СТАРТ"})


def wish_of(said: str, *, also_start: frozenset[str] = frozenset()) -> Wish:
    """Only when nothing else is said: `please do not stop` is a sentence."""
    words = " ".join(_plain(said[:64]).split()).strip(".!\"' ")
    if words in _PLAIN_STOP:
        return Wish.STOP
    return Wish.START if words in _START | also_start else Wish.OTHER


def _plain(said: str) -> str:
    """Capitals without accents: arrêt is ARRET."""
    letters = unicodedata.normalize("NFD", said.upper())
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


_PLAIN_STOP: Final = frozenset(_plain(word) for word in _STOP)
