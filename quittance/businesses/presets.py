"""What a salon and a clinic begin with; each of it can be set otherwise later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# What a place calls those who come.
CLIENT: Final = "client"
PATIENT: Final = "patient"
CLIENT_WORDS: Final = (CLIENT, PATIENT)


@dataclass(frozen=True, slots=True)
class Preset:
    """`link_life_minutes` None: a payment link lives until it is paid."""

    client_word: str
    link_life_minutes: int | None
    names_no_services: bool


PRESETS: Final[dict[str, Preset]] = {
    "salon": Preset(CLIENT, None, names_no_services=False),
    "clinic": Preset(PATIENT, 48 * 60, names_no_services=True),
}
