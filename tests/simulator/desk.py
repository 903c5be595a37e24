"""What people at the desk do. Every function takes the world and the step's parameters and says what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from quittance.bills.lines import LineChange
from quittance.bills.models import Bill, BillLine, Tender
from quittance.calendar.models import Appointment
from quittance.clients.actions import ClientCard
from quittance.core.money import Money
from quittance.flows import (
    book_visit,
    cancel_visit,
    change_lines,
    expire_link,
    make_link,
    move_appointment,
    send_link,
    set_link_life,
    set_visit_status,
    stop_payment,
    take_tender,
    undo_send,
)
from quittance.flows.change_due import Decision
from quittance.payments.models import PaymentLink
from tests.simulator.registry import action, needs_visit
from tests.simulator.world import VisitRef, World


def version_for(world: World, visit: VisitRef, given: dict[str, Any]) -> int | None:
    """The version that the person's form bears: as of now, as last looked at, or none."""
    wanted = given.get("version", "now")
    if wanted == "none":
        return None
    if wanted == "seen" and visit.seen_version is not None:
        return visit.seen_version
    return Bill.objects.values_list("version", flat=True).get(pk=visit.bill_id)


def decision_of(given: dict[str, Any]) -> Decision:
    agreed = given.get("agree", "")
    return Decision(stop_payment="s" in agreed, take_anyway="t" in agreed, insist="i" in agreed)


@action("book")
def book(world: World, who: str, given: dict[str, Any]) -> str:
    """A new visit under the label `visit`; with `new` the client's card is typed at the desk."""
    place = world.town.places.get(given["place"])
    if place is None or given["visit"] in world.visits:
        return "nothing to book"
    services = [place.services[number % len(place.services)] for number in given.get("services", [0])]
    # Each visit in a slot of its own, days ahead, so that slots are not what this is about.
    number = world.facts["slots"] = world.facts.get("slots", 0) + 1
    starts_at = (world.now + timedelta(hours=1 + number)).replace(minute=0, second=0, microsecond=0)
    slots = [
        book_visit.Slot(
            staff_id=place.staff[n % len(place.staff)],
            service_id=service,
            starts_at=starts_at + timedelta(minutes=30 * (n // len(place.staff))),
            duration_minutes=30,
        )
        for n, service in enumerate(services)
    ]
    client: int | ClientCard | None = world.town.houses[place.owner].clients.get(given.get("client", ""))
    if given.get("new"):
        client = ClientCard(name="Ida", emails=("ida@client.example",))
    booked = book_visit.book(
        actor=world.person(who, given.get("request", "")),
        location_id=place.location.pk,
        client=client,
        appointments=slots,
        now=world.now,
    )
    world.visits[given["visit"]] = VisitRef(
        given["visit"], place.owner, place.name, given.get("client", ""), booked.visit_id, booked.bill_id, place.location.currency
    )  # fmt: skip
    return f"{len(slots)} appointments, bill {booked.bill_id}"


@needs_visit("look")
def look(world: World, _who: str, visit: VisitRef, _given: dict[str, Any]) -> str:
    """Open the visit's window and leave it open: later forms may bear this version."""
    visit.seen_version = Bill.objects.values_list("version", flat=True).get(pk=visit.bill_id)
    return f"version {visit.seen_version}"


def lines_form(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> change_lines.LinesForm:
    actor = world.person(who, given.get("request", ""))
    return change_lines.LinesForm(actor, visit.visit_id, version_for(world, visit, given), decision_of(given))


@needs_visit("add_line")
def add_line(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    place = world.place_of(visit)
    form = lines_form(world, who, visit, given)
    if given.get("product"):
        answer = change_lines.add_product(
            form=form, product_id=place.products[0], quantity=given.get("quantity", 1), now=world.now
        )
    else:
        service = place.services[given.get("service", 0) % len(place.services)]
        answer = change_lines.add_service(form=form, service_id=service, staff_id=place.staff[0], now=world.now)
    return f"version {answer['version']}"


def line_of(visit: VisitRef, given: dict[str, Any]) -> int | None:
    lines = BillLine.objects.filter(bill_id=visit.bill_id, removed_at__isnull=True).exclude(kind="credit")
    ids = list(lines.order_by("position", "pk").values_list("pk", flat=True))
    return ids[given.get("line", 0) % len(ids)] if ids else None


@needs_visit("change_line")
def change_line(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    line_id = line_of(visit, given)
    if line_id is None:
        return "no line"
    wanted = {
        name: given[name] for name in ("quantity", "unit_minor", "discount_ppm", "discount_minor") if name in given
    }
    answer = change_lines.change(
        form=lines_form(world, who, visit, given), line_id=line_id, line_change=LineChange(**wanted), now=world.now
    )
    return f"version {answer['version']}"


@needs_visit("remove_line")
def remove_line(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    line_id = line_of(visit, given)
    if line_id is None:
        return "no line"
    answer = change_lines.remove(form=lines_form(world, who, visit, given), line_id=line_id, now=world.now)
    return f"version {answer['version']}"


@needs_visit("take")
def take(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """Cash, card terminal or bank transfer. `minor` None: all that is due, as the button fills it in."""
    minor = given.get("minor")
    if minor is None:
        minor = max(due_of(visit.bill_id), 1)
    amount = Money(minor, visit.currency)
    label = given.get("request", "")
    if label and label not in world.done:
        world.unsure[label] = (visit.label, given["kind"], minor)
    answer = take_tender.take(
        actor=world.person(who, label),
        visit_id=visit.visit_id,
        kind=given["kind"],
        amount=amount,
        given=Money(minor + given["change"], visit.currency) if given.get("change") else None,
        expected_version=version_for(world, visit, given),
        decision=decision_of(given),
        now=world.now,
    )
    if label:
        world.unsure.pop(label, None)
        world.done.setdefault(label, (visit.label, given["kind"], answer["amount_minor"]))
    return f"{answer['amount_minor']} {visit.currency}, tender {answer['tender']}"


def due_of(bill_id: int) -> int:
    total, settled, disputed, ended = Bill.objects.values_list(
        "total_minor", "settled_minor", "disputed_minor", "ended_at"
    ).get(pk=bill_id)
    return 0 if ended else max(0, total - settled - disputed)


@needs_visit("void")
def void(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    ids = list(Tender.objects.filter(bill_id=visit.bill_id).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return "no tender"
    take_tender.void(
        actor=world.person(who, given.get("request", "")),
        visit_id=visit.visit_id,
        tender_id=ids[given.get("tender", 0) % len(ids)],
        reason="typed wrongly",
        expected_version=version_for(world, visit, given),
        decision=decision_of(given),
        now=world.now,
    )
    return f"tender {ids[given.get('tender', 0) % len(ids)]}"


@needs_visit("link")
def link(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """Copy the link, or ask for an amount with a new one."""
    amount = Money(given["minor"], visit.currency) if given.get("ask") == "amount" else None
    made = make_link.make(
        actor=world.person(who),
        visit_id=visit.visit_id,
        ask=given.get("ask"),
        amount=amount,
        expires_at=world.now + timedelta(minutes=given["life"]) if given.get("life") else None,
        decision=decision_of(given),
        now=world.now,
    )
    if made.token not in visit.tokens:
        visit.tokens.append(made.token)
    return "a new link" if made.is_new else "the same link"


@needs_visit("close_link")
def close_link(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    actor = world.person(who, given.get("request", ""))
    live = PaymentLink.objects.filter(bill_id=visit.bill_id, closed_at__isnull=True).first()
    if live is None:
        return "no live link"
    closed = expire_link.expire(actor=actor, link_id=live.pk, decision=decision_of(given), now=world.now)
    return "closed" if closed else "no live link"


@needs_visit("send")
def send(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    sent = send_link.send(
        actor=world.person(who, given.get("request", "")),
        visit_id=visit.visit_id,
        channels=given.get("channels", ["email"]),
        once_to=given.get("once", ""),
        wish=send_link.LinkWish(decision=decision_of(given)),
        now=world.now,
    )
    token = sent.address.rsplit("/", 1)[-1]
    if token not in visit.tokens:
        visit.tokens.append(token)
    world.facts.setdefault("messages", {})[visit.label] = [one.message_id for one in sent.messages]
    return ", ".join(one.channel for one in sent.messages)


@needs_visit("undo_send")
def undo(world: World, who: str, visit: VisitRef, _given: dict[str, Any]) -> str:
    ids = world.facts.get("messages", {}).get(visit.label, [])
    result = undo_send.undo(actor=world.person(who), visit_id=visit.visit_id, message_ids=ids, now=world.now)
    return f"{result.undone} taken back, {result.too_late} too late"


@needs_visit("stop")
def stop(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    actor = world.person(who, given.get("request", ""))
    stop_payment.stop(actor=actor, visit_id=visit.visit_id, take_anyway="t" in given.get("agree", ""), now=world.now)
    return "stopped"


@needs_visit("check_again")
def check_again(world: World, who: str, visit: VisitRef, _given: dict[str, Any]) -> str:
    asked = stop_payment.check_again(actor=world.person(who), visit_id=visit.visit_id, now=world.now)
    return f"{asked} asked about"


@needs_visit("cancel")
def cancel(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """With `keep` (minor units) the rest goes back, or becomes credit; without it a person decides later."""
    more: dict[str, Any] = {}
    if given.get("keep") is not None:
        more = {"keep": Money(given["keep"], visit.currency), "as_credit": bool(given.get("credit"))}
    cancel_visit.cancel(
        actor=world.person(who, given.get("request", "")),
        visit_id=visit.visit_id,
        expected_version=version_for(world, visit, given),
        decision=decision_of(given),
        now=world.now,
        **more,
    )
    return "cancelled"


@needs_visit("mark")
def mark(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    actor = world.person(who, given.get("request", ""))
    set_visit_status.set_state(
        actor=actor, visit_id=visit.visit_id, state=given["state"], expected_version=None, now=world.now
    )
    return str(given["state"])


@needs_visit("move")
def move(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    row = Appointment.objects.filter(visit_id=visit.visit_id).order_by("pk").first()
    if row is None:
        return "no appointment"
    step = timedelta(days=given.get("days", 1))
    move_appointment.move(
        actor=world.person(who, given.get("request", "")),
        appointment_id=row.pk,
        staff_id=row.staff_id,
        starts_at=row.starts_at + step,
        ends_at=row.ends_at + step,
        expected_version=None,
        now=world.now,
    )
    return f"{given.get('days', 1)} days later"


@action("link_life")
def link_life(world: World, who: str, given: dict[str, Any]) -> str:
    place = world.town.places[given["place"]]
    set_link_life.set_link_life(
        actor=world.person(who), location_id=place.location.pk, minutes=given.get("minutes"), now=world.now
    )
    return f"links of {place.name} live {given.get('minutes') or 'until paid'}"
