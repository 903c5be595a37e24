"""What a closing and an open day are called on screen and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from quittance.businesses.queries import names_of_users
from quittance.core.actor import NotAllowedError, Right
from quittance.core.money import Money
from quittance.desk.access import Desk
from quittance.drawers.models import CashMove, Closing, ClosingPart
from quittance.drawers.queries import NOBODY, PersonSum

MOVE_KINDS: Final[dict[str, str | Promise]] = {
    "petty_cash": lazy("Petty cash: something was bought"),
    "bank": lazy("To the bank"),
    "change": lazy("Change fetched from the bank"),
    "out": lazy("Taken out for another reason"),
    "in": lazy("Put in for another reason"),
}
BESIDE: Final[dict[str, str | Promise]] = {
    "bank_transfer": lazy("Bank transfer"),
    "online": lazy("Online"),
    "value": lazy("Gift cards, points and credit"),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person's share; `counted` is None where nobody counted it apart."""

    name: str
    taken: Money
    handed_back: Money
    by_hand: Money
    terminal: Money
    expected: Money
    counted: Money | None = None
    note: str = ""

    @property
    def difference(self) -> Money | None:
        return None if self.counted is None else self.counted - self.expected


@dataclass(frozen=True, slots=True)
class MoveRow:
    move: CashMove
    change: Money
    words: str
    who: str
    may_take_back: bool = False


@dataclass(frozen=True, slots=True)
class ClosingWords:
    """A closing with its amounts as money."""

    closing: Closing
    who: str

    def _money(self, minor: int) -> Money:
        return Money(minor, self.closing.currency)

    @property
    def opening(self) -> Money:
        return self._money(self.closing.opening_minor)

    @property
    def taken(self) -> Money:
        return self._money(self.closing.taken_minor)

    @property
    def handed_back(self) -> Money:
        return self._money(-self.closing.handed_back_minor)

    @property
    def put_in(self) -> Money:
        return self._money(self.closing.put_in_minor)

    @property
    def taken_out(self) -> Money:
        return self._money(-self.closing.taken_out_minor)

    @property
    def expected(self) -> Money:
        return self._money(self.closing.expected_minor)

    @property
    def counted(self) -> Money:
        return self._money(self.closing.counted_minor)

    @property
    def difference(self) -> Money:
        return self.counted - self.expected

    @property
    def kept(self) -> Money:
        return self._money(self.closing.kept_minor)

    @property
    def removed(self) -> Money:
        return self.counted - self.kept

    @property
    def terminal(self) -> Money:
        return self._money(self.closing.terminal_expected_minor)

    @property
    def terminal_reported(self) -> Money | None:
        minor = self.closing.terminal_reported_minor
        return None if minor is None else self._money(minor)

    @property
    def terminal_difference(self) -> Money | None:
        return None if self.terminal_reported is None else self.terminal_reported - self.terminal

    @property
    def loose(self) -> Money:
        return self._money(self.closing.loose_minor)

    @property
    def pieces(self) -> list[tuple[Money, int, Money]]:
        """The largest first: what it is, how many, together."""
        found = sorted(((int(piece), int(number)) for piece, number in self.closing.pieces.items()), reverse=True)
        return [(self._money(piece), number, self._money(piece * number)) for piece, number in found]

    @property
    def beside(self) -> list[tuple[str, Money]]:
        return beside_rows(self.closing.beside, self.closing.currency)


def may_see(desk: Desk) -> None:
    """Whoever closes the day, and whoever reads the books. Raises NotAllowedError."""
    if not (desk.may(Right.CLOSE_DAY) or desk.may(Right.SEE_FINANCE)):
        raise NotAllowedError(Right.CLOSE_DAY)


def beside_rows(minors: dict[str, int], currency: str) -> list[tuple[str, Money]]:
    return [(str(words), Money(minors.get(name, 0), currency)) for name, words in BESIDE.items()]


def names_for(desk: Desk, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Everybody whose id stands there; whoever has no log-in here any more has a word, too."""
    wanted = {one for one in user_ids if one}
    names = names_of_users(business_id=desk.business.pk, user_ids=wanted) if wanted else {}
    return {one: names.get(one) or _("Somebody") for one in wanted} | {NOBODY: _("By itself")}


def open_rows(people: Iterable[PersonSum], names: dict[int, str], currency: str) -> list[PersonRow]:
    return [
        PersonRow(
            names[one.person_id],
            Money(one.taken_minor, currency),
            Money(-one.handed_back_minor, currency),
            Money(one.by_hand_minor, currency),
            Money(one.terminal_minor, currency),
            Money(one.expected_minor, currency),
        )
        for one in people
    ]


def closed_rows(parts: Iterable[ClosingPart], names: dict[int, str], currency: str) -> list[PersonRow]:
    return [
        PersonRow(
            names[part.person_id],
            Money(part.taken_minor, currency),
            Money(-part.handed_back_minor, currency),
            Money(part.by_hand_minor, currency),
            Money(part.terminal_minor, currency),
            Money(part.taken_minor - part.handed_back_minor + part.by_hand_minor, currency),
            None if part.counted_minor is None else Money(part.counted_minor, currency),
            part.note,
        )
        for part in parts
    ]


def move_rows(moves: list[CashMove], names: dict[int, str], *, may_take_back: bool = False) -> list[MoveRow]:
    undone = {move.undoes_id for move in moves}
    return [
        MoveRow(
            move,
            Money(move.change_minor, move.currency),
            _("Taken back: %(what)s") % {"what": MOVE_KINDS[move.kind]}
            if move.undoes_id
            else str(MOVE_KINDS[move.kind]),
            names[move.by_id or NOBODY],
            may_take_back and move.undoes_id is None and move.pk not in undone,
        )
        for move in moves
    ]
