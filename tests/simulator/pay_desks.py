"""Printed QR codes at the desks: a visit is shown there and somebody says yes, or types a phone number and a code."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

from quittance.bills.models import Bill
from quittance.calendar.models import Visit
from quittance.clients.models import ContactPoint
from quittance.flows import push_visit
from quittance.pay.form_key import form_key
from quittance.pay_desks.models import PayDesk, Push
from quittance.payments.models import PaymentLink
from quittance.payments.queries import link_by_token
from tests.simulator.people import writes
from tests.simulator.registry import needs_visit
from tests.simulator.seeding import CLIENTS
from tests.simulator.story import Violation
from tests.simulator.world import VisitRef, World

Choice = tuple[float, str, Callable[[], tuple[str, dict[str, Any]]]]
_SHOWN_SECONDS = 600
_CODE = re.compile(r"(?<![\w/-])(\d{6})(?![\w/-])")


def _desk(world: World, visit: VisitRef, given: dict[str, Any]) -> PayDesk:
    desks = world.place_of(visit).desks
    return PayDesk.objects.get(pk=desks[given.get("desk", 0) % len(desks)])


@needs_visit("push")
def push(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    actor = world.person(who, given.get("request", ""))
    shown = push_visit.push(actor=actor, visit_id=visit.visit_id, desk_id=_desk(world, visit, given).pk, now=world.now)
    return f"shown at {shown.desk_name}" + (", another one is not any more" if shown.replaced else "")


@needs_visit("take_off")
def take_off(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    actor = world.person(who, given.get("request", ""))
    return "taken off" if push_visit.withdraw(actor=actor, visit_id=visit.visit_id, now=world.now) else "not shown"


@needs_visit("scan")
def scan(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """Somebody holds a phone before the desk's code; the visit names the place, what is asked about stands there.

    With `yes` they say so, with `late` as well what a page from before asked, which may be over by now.
    """
    desk = _desk(world, visit, given)
    code = desk.code.reveal()
    page = _read(world, f"/d/{code}")
    found = re.search(r'name="visit" value="([0-9a-f]{32})"', page)
    key = found.group(1) if found else ""
    if key:
        _check_shown(world, desk, key, page)
    asked = world.facts.setdefault("desk pages", {})
    if given.get("late"):
        key = asked.get(desk.pk, key)
    elif key:
        asked[desk.pk] = key
    if not key or not given.get("yes"):
        return "asks" if key else "nothing is shown"
    before = Push.objects.get(key=key)
    answer = world.browser.post(f"/d/{code}/yes", {"key": form_key(code), "visit": key})
    token = _token_in(world, answer, "saying yes")
    if not token:
        return "not any more"
    if before.taken_at is not None or _is_over(world, before):
        raise Violation("J2", f"push {before.pk} was over, and its link was handed out")
    return _hand_over(world, token, before.bill_id)


@needs_visit("ask_code")
def ask_code(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """By anybody's number at this place; `who` is whoever has the phone."""
    code = _desk(world, visit, given).code.reveal()
    answer = world.browser.post(f"/d/{code}/phone", {"key": form_key(code), "phone": _phone_of(who)})
    if answer.status_code >= 500 and not world.points.fired:
        raise Violation("crash", f"asking for a code was answered {answer.status_code}")
    if answer.status_code == 303 and "/code/" in answer["Location"]:
        world.facts.setdefault("code pages", {})[who] = answer["Location"]
        return "promised"
    return f"answered {answer.status_code}"


@needs_visit("type_code")
def type_code(world: World, who: str, _visit: VisitRef, given: dict[str, Any]) -> str:
    """What came to this phone last, or a guess; on the page that was shown last."""
    address = world.facts.get("code pages", {}).get(who, "")
    codes = [found for one in world.sandbox.twilio.sent(to=_phone_of(who)) for found in _CODE.findall(one["body"])]
    if not address or not (codes or "guess" in given):
        return "no code"
    typed = given["guess"] if "guess" in given else codes[given.get("n", -1) % len(codes)]
    key = form_key(address.split("/")[2])
    token = _token_in(world, world.browser.post(address, {"key": key, "code": typed}), "typing a code")
    if not token:
        return "it does not fit"
    link = link_by_token(token)
    client = Bill.objects.get(pk=link.bill_id).client_id if link is not None else None
    if not ContactPoint.objects.filter(client_id=client or 0, kind="phone", value=_phone_of(who)).exists():
        raise Violation("J2", f"a code that went to {who} opened the visit of client {client}")
    return _hand_over(world, token, link.bill_id if link is not None else 0)


def pay_desk_choices(dice: random.Random, visit: VisitRef, who: str, next_request: Callable[[], str]) -> list[Choice]:
    def at_desk(**more: Any) -> tuple[str, dict[str, Any]]:
        return who, {"request": next_request(), "desk": dice.choice([0, 0, 1])} | more

    def by_phone(**more: Any) -> tuple[str, dict[str, Any]]:
        has_phone = sorted(name for name in CLIENTS if _phone_of(name))
        return dice.choice([visit.client, *has_phone] if _phone_of(visit.client) else has_phone), more

    def scanned() -> tuple[str, dict[str, Any]]:
        return visit.client or "somebody", {
            "desk": dice.choice([0, 0, 1]), "yes": dice.random() < 0.7, "late": dice.random() < 0.2
        }  # fmt: skip

    def typed() -> tuple[str, dict[str, Any]]:
        return by_phone(**({"guess": "123456"} if dice.random() < 0.15 else {"n": dice.choice([-1, -1, 0])}))

    return [
        (0.8, "push", at_desk),
        (0.2, "take_off", at_desk),
        (0.9, "scan", scanned),
        (0.5, "ask_code", lambda: by_phone(desk=dice.choice([0, 1]))),
        (0.5, "type_code", typed),
    ]


def check_pay_desks(world: World) -> None:
    """J2: one visit at a desk and one desk for a visit, of the same place, for ten minutes."""
    standing = Push.objects.filter(business_id__in=world.business_ids(), ended_at__isnull=True)
    seen: set[tuple[str, int]] = set()
    for one in standing.select_related("desk", "bill"):
        for mark in (("desk", one.desk_id), ("bill", one.bill_id)):
            if mark in seen:
                raise Violation("J2", f"two pushes stand for {mark[0]} {mark[1]}")
            seen.add(mark)
        if one.bill.location_id != one.desk.location_id:
            raise Violation("J2", f"push {one.pk} shows a visit of another place")


def _read(world: World, path: str) -> str:
    """S13: looking changes nothing."""
    before = writes()
    answer = world.browser.get(path)
    if writes() != before:
        raise Violation("S13", "looking at a desk's page wrote to the database")
    if answer.status_code != 200:
        raise Violation("crash", f"the page of a desk was answered {answer.status_code}")
    return str(answer.content.decode())


def _check_shown(world: World, desk: PayDesk, key: str, page: str) -> None:
    """J2: only what is due, only for its time, and nothing that tells who it is."""
    push_row = Push.objects.select_related("bill__client").get(key=key)
    bill = push_row.bill
    if push_row.desk_id != desk.pk or push_row.taken_at is not None or _is_over(world, push_row):
        raise Violation("J2", f"push {push_row.pk} is over or stands elsewhere, and is still asked about")
    if bill.ended_at is not None or bill.settled_minor + bill.disputed_minor >= bill.total_minor:
        raise Violation("J2", f"bill {bill.pk} owes nothing, and is still asked about at a desk")
    told = [bill.client.name] if bill.client is not None else []
    told += [link.token.reveal() for link in PaymentLink.objects.filter(bill=bill)]
    if any(word in page for word in told):
        raise Violation("S17", f"the page of desk {desk.pk} tells a name or a link before anybody said yes")


def _is_over(world: World, push_row: Push) -> bool:
    age = (world.now - push_row.pushed_at).total_seconds()
    return push_row.ended_at is not None or age >= _SHOWN_SECONDS


def _token_in(world: World, answer: Any, doing: str) -> str:
    if answer.status_code >= 500 and not world.points.fired:
        raise Violation("crash", f"{doing} at a desk was answered {answer.status_code}")
    where = answer.get("Location", "")
    return str(where.split("/")[2].split("?")[0]) if where.startswith("/p/") else ""


def _hand_over(world: World, token: str, bill_id: int) -> str:
    link = link_by_token(token)
    if link is None or link.bill_id != bill_id:
        raise Violation("J2", f"the link of another visit than bill {bill_id} was handed out")
    if link.closed_at is not None:
        raise Violation("J2", f"a closed link of bill {bill_id} was handed out")
    visit_id = Visit.objects.values_list("pk", flat=True).get(bill_id=bill_id)
    for known in world.visits.values():
        if known.visit_id == visit_id and token not in known.tokens:
            known.tokens.append(token)
    return "the visit's page"


def _phone_of(name: str) -> str:
    return next((value for kind, value in CLIENTS.get(name, ()) if kind == "phone"), "")
