"""For each planted bug the story that a person would tell of it: tried where the dice found none in time.

Places of interruption are counted by the simulator; a story that no longer meets its place catches nothing, and
`make simulate-planted` then says so.
"""

from __future__ import annotations

from typing import Any

from tests.simulator.story import Fault, Step, Story

Steps = tuple[Step, ...]


def _do(name: str, who: str = "", *, after_ms: int = 0, fault: Fault | None = None, **given: Any) -> Step:
    return Step(name, who, given, after_ms, 0, fault)


def _book(visit: str = "v1", place: str = "Mitte", service: int = 0) -> Steps:
    return (
        _do("book", "Ana", visit=visit, place=place, client="Chloe", services=[service], request=f"book {visit}"),
        _do("link", "Ana", visit=visit, agree="sti"),
    )


def _pay(visit: str = "v1", **how: Any) -> Steps:
    return (_press(visit), _do("pay", "Chloe", visit=visit, page=-1, **({"card": "good"} | how)))


def _press(visit: str = "v1", **more: Any) -> Step:
    return _do("press_pay", "Chloe", visit=visit, token=-1, **more)


def _paid(visit: str = "v1") -> Steps:
    return (*_book(visit), *_pay(visit), *_HEARD)


_HEARD: Steps = (_do("post", pick="all"), _do("work"))
# Notices that came before their ids were known have been looked into again.
_QUIET = _do("wait", seconds=900, awake=True)
_ALL_LOST = _do("lose", all=True)
_REFUND = _do("refund", "Ana", visit="v1", request="refund 1", version="now", tender=0, share=0.5)
_DISPUTED = (_do("dispute", "the bank", visit="v1", page=-1), *_HEARD)
_TAKEN = _do("take", "Ana", visit="v1", request="take 1", version="none", agree="i", kind="cash", minor=20_000)
_DEARER: dict[str, Any] = {"visit": "v1", "version": "now", "line": 0, "unit_minor": 13_000}
# A page that could not be ended stays payable, and its visit is cancelled all the same.
_LATE = (
    *_book(),
    _press(),
    _do("outage", on=True),
    _do("cancel", "Ana", visit="v1", request="cancel 1", version="now", agree="sti"),
    _do("all_well", after_ms=2_000),
    _do("pay", "Chloe", visit="v1", page=-1, card="good"),
)


# A gift card is sold in a sale of its own, and paid in cash.
_CARD_SOLD: Steps = (
    _do("sale", "Ana", visit="v1", place="Mitte", client="Chloe", request="sale 1"),
    _do("sell", "Ana", visit="v1", what="card", n=0, request="sell 1", version="none"),
    _do("take", "Ana", visit="v1", kind="cash", request="take 1", version="none"),
)
_CLOSED = _do("close_day", "Ana", place="Mitte", request="close 1")
_CLOSED_AGAIN = _do("close_day", "Ana", place="Mitte", request="close 2")
# In a currency without small coins a payment becomes credit.
_CREDITED: Steps = (
    _do("book", "Ana", visit="v1", place="Tokio", client="Chloe", services=[0], request="book 1"),
    _do("take", "Ana", visit="v1", kind="cash", request="take 1", version="none"),
    _do("cancel", "Ana", visit="v1", keep=0, credit=True, request="cancel 1", version="none"),
)


_WITH_CARD = _do("press_pay", "Chloe", visit="v2", token=-1, value=[0])
_STOP = _do("stop", "Ana", visit="v2", agree="t", request="stop 1")
# The card pays beside a page that is stopped; the next page sets it aside once more, and the first one's end is told.
_SET_ASIDE: Steps = (
    *_CARD_SOLD,
    *_book("v2"),
    _WITH_CARD,
    _do("outage", on=True),
    _do("take", "Ana", visit="v2", kind="cash", minor=1_000, request="take 2", version="none", agree="sti"),
    _do("all_well"),
    _do("link", "Ana", visit="v2", agree="sti"),
    _WITH_CARD,
    _do("wait", seconds=61, awake=True),
)


# An hour before the visit, by day and by night.
_RULES: dict[str, Any] = {"visit": "v1", "before": [1], "quiet": [0, 0]}


def _together(*steps: Step) -> Step:
    return _do("together", steps=[{"name": one.name, "who": one.who, "given": one.given} for one in steps])


def _kill(point: int) -> Fault:
    return Fault("kill", point)


def _meanwhile(point: int, step: Step) -> Fault:
    return Fault("meanwhile", point, 1, step)


def _spend(visit: str, **more: Any) -> Step:
    by_code: dict[str, Any] = {"with": "card", "n": 0}
    return _do("spend", "Ana", visit=visit, request=f"spend {visit}", version="none", agree="s", **by_code, **more)


def _stale(point: int) -> Steps:
    won = _together(_do("dispute_ends", "the bank", visit="v1", page=-1, won=True), *_HEARD)
    opened = _do("dispute", "the bank", visit="v1", page=-1)
    return (*_paid(), _QUIET, opened, _do("post", pick="all"), _do("work", fault=_meanwhile(point, won)))


def _killed_sweep(point: int) -> Steps:
    return (
        *_paid(),
        _QUIET,
        *_book("v2"),
        _press("v2"),
        _do("dashboard_refund", "Ana", visit="v1", page=-1, share=0.5),
        _ALL_LOST,
        _do("wait", seconds=1_000, awake=False, posted=False),
        _do("pay", "Chloe", visit="v2", page=-1, card="good"),
        _ALL_LOST,
        _do("work", fault=_kill(point)),
    )


def _kept_meanwhile(point: int) -> Steps:
    keep = _do("decide", "Ana", case=0, n=1, request="decide 1", old=False)
    return (*_LATE, _do("post", pick="all"), _do("work", fault=_meanwhile(point, keep)))


def _slow_mail(point: int) -> Steps:
    send = _do("send", "Ana", visit="v1", channels=["email"], request="send 1", agree="s")
    second = _do("work", after_ms=3_000)
    return (*_book(), send, _do("wait", seconds=60), _do("work", fault=_meanwhile(point, second)))


def _frozen(point: int) -> Steps:
    dearer = _do("change_line", "Ana", request="line 1", agree="s", fault=_meanwhile(point, _press()), **_DEARER)
    return (*_book(), _press(), dearer)


def _settled_in_part(point: int) -> Steps:
    return (*_book(), *_pay(), _do("check_again", "Ana", visit="v1", fault=_kill(point)))


def _story(steps: Steps, *, seed: int = 4) -> Story:
    return Story(seed, "told", steps)


_TOLD: dict[str, Steps] = {
    "drop event dedupe": (*_book(), *_pay(), _do("post", pick="last", times=2)),
    "dedupe by event id only": (
        *_paid(),
        _do("dashboard_refund", "Ana", visit="v1", page=-1, share=0.5),
        _do("same_id_elsewhere", n=0),
        _do("post", pick="all"),
    ),
    "drop tender UNIQUE": (*_paid(), _do("dashboard_refund", "Ana", visit="v1", page=-1, share=0.5), *_HEARD),
    "settle outside transaction": _settled_in_part(6),
    "side effect before commit": (*_paid(), _REFUND),
    "trust webhook amount": (*_book(), *_pay(other_minor=3_000), *_HEARD),
    "match by client reference": (
        *_book(),
        _press(),
        _do("outage", on=True),
        _do("change_line", "Ana", request="line 1", agree="sti", **_DEARER),
        _do("all_well"),
        _press(),
        _do("pay", "Chloe", visit="v1", page=0, card="good"),
        *_HEARD,
    ),
    "ignore currency": (*_book(), *_pay(other_currency="gbp"), *_HEARD),
    "x100 both ways": (*_book(place="Tokio"), _press()),
    "float sum": (_do("book", "Ana", visit="v1", place="Soho", client="", services=[3, 1], request="book v1"),),
    "completed is paid": (*_book(), *_pay(card="debit"), *_HEARD),
    "ignore async failed": (
        *_book(),
        *_pay(card="debit", bad=True),
        _do("debit_decides", "the bank", visit="v1", page=-1, ok=False),
    ),
    "no late-payment refund": _LATE,
    "new page without ending the old": (*_book(), _press(), _do("jump", visit="v1", timer="renew", ms=1), _press()),
    "same key after price change": (
        *_book(),
        _press(),
        _do("change_line", "Ana", request="line 1", agree="s", **_DEARER),
        _press(),
    ),
    "new key on retry": (
        *_book(),
        _do("trouble", kind="drop_after", match="POST /v1/checkout/sessions", times=1),
        _press(),
        _press(),
    ),
    "refund without cap": (
        *_book(),
        _do("take", "Ana", **(_TAKEN.given | {"minor": 5_000})),
        *_pay(),
        *_HEARD,
        _do("refund", "Ana", **(_REFUND.given | {"tender": 1})),
        _do("refund", "Ana", **(_REFUND.given | {"tender": 1, "share": 1.5, "request": "refund 2"})),
    ),
    "refund notice unpays the visit": (
        *_paid(),
        _do("dashboard_refund", "Ana", visit="v1", page=-1, share=None),
        *_HEARD,
    ),
    "lease shorter than send": _slow_mail(15),
    "guard checked only at enqueue": (
        *_book(),
        _do("send", "Ana", visit="v1", channels=["email"], request="send 1", agree="s"),
        _do("close_link", "Ana", visit="v1", request="close 1", agree="s"),
        _do("wait", seconds=60, awake=True),
    ),
    "poller stops at expiry": (
        *_book(),
        *_pay(card="debit"),
        _do("wait", seconds=3_700, awake=True),
        _do("wait", seconds=3_700, awake=True),
    ),
    "cursor saved before the notices": _killed_sweep(5),
    "stale answers count": _stale(15),
    "superseded and forgotten": (
        *_book(),
        _press(),
        _do("outage", on=True),
        _do("change_line", "Ana", request="line 1", agree="sti", **_DEARER),
    ),
    "pay while frozen": _frozen(5),
    "excess case never corrected": (*_book(), _TAKEN, _do("take", "Ana", **(_TAKEN.given | {"request": "take 2"}))),
    "echo of our own refund recorded twice": (
        *_paid(),
        _do("trouble", kind="drop_after", match="POST /v1/refunds", times=1),
        _REFUND,
        _do("wait", seconds=90, awake=True, posted=True),
    ),
    "refund without credit line": (*_paid(), _REFUND),
    "failed refund keeps its credit line": (
        *_paid(),
        _REFUND,
        _do("refund_ends", "the bank", visit="v1", n=-1, page=-1, ok=False),
        *_HEARD,
    ),
    "own refund from memory": _kept_meanwhile(36),
    "dispute re-opens the due": (*_paid(), *_DISPUTED, _do("link", "Ana", visit="v1", agree="sti"), _press()),
    "dispute counted with every report": (
        *_paid(),
        *_DISPUTED,
        _do("dispute_ends", "the bank", visit="v1", page=-1, won=True),
        *_HEARD,
        _do("dashboard_refund", "Ana", visit="v1", page=-1, share=0.3),
        *_HEARD,
    ),
    "request ids ignored": (*_book(), _TAKEN, _TAKEN),
    "refunded card keeps its value": (*_CARD_SOLD, _REFUND),
    "credit in major units": _CREDITED,
    "hold released twice": _SET_ASIDE,
    "hold kept when the page ends": (*_CARD_SOLD, *_book("v2"), _WITH_CARD, _STOP),
    "next day opens with what was counted": (*_book(), _TAKEN, _CLOSED, _CLOSED_AGAIN),
    "closing forgets what was handed back": (
        *_book(),
        _TAKEN,
        _do("void", "Ana", visit="v1", tender=0, request="void 1", version="now"),
        _CLOSED,
    ),
    "cash by hand lands in the day before": (
        _CLOSED,
        _do("cash_by_hand", "Ana", place="Mitte", kind="change", minor=5_000, request="hand 1"),
    ),
    "reminder without re-check": (
        *_book(),
        _do("set_reminders", "Ana", request="rules 1", **_RULES),
        _do("work"),
        _do("cancel", "Ana", visit="v1", request="cancel 1", version="now", agree="s"),
        _do("wait", seconds=3_600, awake=True),
    ),
    "reminder planned twice": (
        *_book(),
        _do("set_reminders", "Ana", request="rules 1", **_RULES),
        _do("work"),
        _do("set_reminders", "Ana", request="rules 2", **_RULES),
        _do("wait", seconds=3_600, awake=True),
    ),
    "balance check-then-write": (
        *_CARD_SOLD,
        *_book("v2"),
        *_book("v3"),
        _spend("v2", fault=_meanwhile(0, _spend("v3"))),
    ),
}
TOLD = {name: _story(steps) for name, steps in _TOLD.items()}
PLACES = {
    "settle outside transaction": _settled_in_part,
    "lease shorter than send": _slow_mail,
    "cursor saved before the notices": _killed_sweep,
    "stale answers count": _stale,
    "pay while frozen": _frozen,
    "own refund from memory": _kept_meanwhile,
}
