"""What is known of one route: who may come to it, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from quittance.core.actor import Right


class Who(Enum):
    """Who may come to a route at all; rights are asked beside it."""

    ANYONE = "anyone, signed in or not"
    SIGNED_IN = "whoever is signed in"
    STAFF = "staff with a role at the location"
    TOKEN = "whoever holds the payment link"
    SIGNATURE = "whoever can sign as the account at this address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    who: Who
    needs: frozenset[Right] = frozenset()
    # Any one of these beside `needs`.
    one_of: frozenset[Right] = frozenset()
    reads: bool = False
    writes: bool = False
    args: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    # The form is drawn for the visit that is being paid.
    changes_nothing: bool = False

    def allows(self, rights: frozenset[Right]) -> bool:
        return bool(rights) and self.needs <= rights and (not self.one_of or bool(self.one_of & rights))


def look(*needs: Right, **more: Any) -> Route:
    return Route(who=Who.STAFF, needs=frozenset(needs), reads=True, **more)


def press(*needs: Right, **more: Any) -> Route:
    return Route(who=Who.STAFF, needs=frozenset(needs), writes=True, **more)


def both(*needs: Right, **more: Any) -> Route:
    return Route(who=Who.STAFF, needs=frozenset(needs), reads=True, writes=True, **more)


def client(**more: Any) -> Route:
    return Route(who=Who.TOKEN, args={"token": "{token}"}, **more)


def desk_qr(**more: Any) -> Route:
    return Route(who=Who.TOKEN, args={"code": "{desk_code}"}, **more)
