"""What happens at the payment system, on the lines and in the post: dashboard, bank, webhooks, forgers, outages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from quittance.flows import connect_payment_account
from quittance.sandbox.stripe.errors import RefusalError
from quittance.sandbox.stripe.ledger import Books
from quittance.sandbox.stripe.webhooks import FORGERIES
from quittance.sandbox.trouble import Trouble
from tests.simulator.people import page_of
from tests.simulator.registry import action, needs_visit
from tests.simulator.seeding import House
from tests.simulator.wires import Line
from tests.simulator.world import VisitRef, World

FIVE_DAYS = 5 * 86_400


def books_of(world: World, house: House) -> Books:
    return world.sandbox.stripe.books(house.stripe_name)


def in_flight(world: World) -> list[tuple[Books, dict[str, Any]]]:
    """Deliveries that still wait, oldest first."""
    return [
        (books, one)
        for house in world.town.houses.values()
        for books in (books_of(world, house),)
        for one in books.deliveries
        if one["fate"] == "due"
    ]


@action("post")
def post(world: World, _who: str, given: dict[str, Any]) -> str:
    """The postman brings webhooks: `pick` all, first, last or a number; each `times` times, due or not."""
    waiting = in_flight(world)
    if not waiting:
        return "nothing to bring"
    pick = given.get("pick", "all")
    if pick == "due":
        moment = world.clocks.true.now().timestamp()
        waiting = [(books, one) for books, one in waiting if one["due_at"] <= moment]
    elif pick == "first":
        waiting = waiting[:1]
    elif pick == "last":
        waiting = waiting[-1:]
    elif pick == "reversed":
        waiting = waiting[::-1]
    elif isinstance(pick, int):
        waiting = [waiting[pick % len(waiting)]]
    statuses: dict[int, int] = {}
    for books, delivery in waiting[:40]:
        for _ in range(given.get("times", 1)):
            status = world.sandbox.stripe.webhooks._attempt(books, delivery).status
            statuses[status] = statuses.get(status, 0) + 1
    return ", ".join(f"{count} answered {status}" for status, count in statuses.items()) or "nothing was due"


@action("lose")
def lose(world: World, _who: str, given: dict[str, Any]) -> str:
    """A webhook that never comes; with `all` every one that waits."""
    waiting = in_flight(world)
    if not waiting:
        return "nothing to lose"
    chosen = waiting if given.get("all") else [waiting[given.get("n", 0) % len(waiting)]]
    for _, delivery in chosen:
        delivery["fate"] = "lost"
    return f"{len(chosen)} lost"


@action("delay")
def delay(world: World, _who: str, given: dict[str, Any]) -> str:
    waiting = in_flight(world)
    if not waiting:
        return "nothing to delay"
    _, delivery = waiting[given.get("n", 0) % len(waiting)]
    delivery["due_at"] += min(given.get("seconds", 60), FIVE_DAYS)
    return f"{delivery['type']} by {given.get('seconds', 60)} s"


def _event(world: World, given: dict[str, Any]) -> str | None:
    house = world.town.houses.get(given.get("house", "Ana"))
    if house is None:
        return None
    events = list(books_of(world, house).table("events"))
    return events[given.get("n", -1) % len(events)] if events else None


@action("resend")
def resend(world: World, _who: str, given: dict[str, Any]) -> str:
    """An old event once more, with its old content."""
    event = _event(world, given)
    return "no event" if event is None else f"{world.sandbox.stripe.webhooks.resend(event)} laid out"


@action("forge")
def forge(world: World, _who: str, given: dict[str, Any]) -> str:
    event = _event(world, given)
    if event is None:
        return "no event"
    how = FORGERIES[given.get("how", 0) % len(FORGERIES)]
    done = world.sandbox.stripe.webhooks.forge(event, how)
    return f"{how}: answered {[one.status for one in done]}"


@action("texts_move")
def texts_move(world: World, _who: str, _given: dict[str, Any]) -> str:
    return f"{bring_reports(world)} callbacks"


def bring_reports(world: World) -> int:
    """What services have to tell about texts and mails by now."""
    sandbox = world.sandbox
    return sum(len(one.deliver_due()) for one in (sandbox.twilio, sandbox.whatsapp, sandbox.mail_services))


# ---- the dashboard and the banks


def _charge(world: World, visit: VisitRef, given: dict[str, Any]) -> dict[str, Any] | None:
    session = page_of(visit, given)
    if session is None:
        return None
    books = books_of(world, world.house_of(visit))
    intent = books.table("intents").get(books.get("sessions", session)["payment_intent"] or "")
    charge = books.table("charges").get((intent or {}).get("latest_charge") or "")
    return charge if charge and charge["status"] == "succeeded" else None


@needs_visit("dashboard_refund")
def dashboard_refund(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    charge = _charge(world, visit, given)
    if charge is None:
        return "nothing was charged"
    left = charge["amount"] - charge["amount_refunded"]
    amount = None if given.get("share") is None else part_of(left, given["share"], charge["currency"])
    if left <= 0 or amount == 0:
        return "nothing left"
    try:
        refund = world.sandbox.stripe.refund_in_dashboard(charge["id"], amount=amount)
    except RefusalError as refusal:
        return f"refused: {refusal.message}"
    return f"{refund['amount']} {refund['currency']}, {refund['status']}"


def part_of(amount: int, share: float, currency: str) -> int:
    """A part in the API's units that this currency allows."""
    step = {"kwd": 10, "isk": 100}.get(currency.lower(), 1)
    return max(0, int(amount * share) // step * step)


@needs_visit("refund_ends")
def refund_ends(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """A pending refund lands or fails; a succeeded one may be sent back by the bank."""
    charge = _charge(world, visit, given)
    books = books_of(world, world.house_of(visit))
    mine = [one for one in books.table("refunds").values() if charge and one["charge"] == charge["id"]]
    if not mine:
        return "no refund"
    refund = mine[given.get("n", -1) % len(mine)]
    return str(world.sandbox.stripe.finish_refund(refund["id"], ok=given.get("ok", True))["status"])


@needs_visit("dispute")
def dispute(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    charge = _charge(world, visit, given)
    if charge is None:
        return "nothing was charged"
    amount = None
    if given.get("share") is not None:
        amount = part_of(charge["amount"] - charge["amount_refunded"], given["share"], charge["currency"])
    if charge["amount"] <= charge["amount_refunded"] or amount == 0:
        return "nothing left to dispute"
    try:
        return f"opened, {world.sandbox.stripe.open_dispute(charge['id'], amount=amount)['amount']}"
    except RefusalError as refusal:
        return f"refused: {refusal.message}"


@needs_visit("dispute_ends")
def dispute_ends(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    charge = _charge(world, visit, given)
    books = books_of(world, world.house_of(visit))
    mine = [one for one in books.table("disputes").values() if charge and one["charge"] == charge["id"]]
    if not mine or mine[-1]["status"] in {"won", "lost"}:
        return "no open dispute"
    return str(world.sandbox.stripe.close_dispute(mine[-1]["id"], won=given.get("won", True))["status"])


@needs_visit("debit_decides")
def debit_decides(world: World, _who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    session = page_of(visit, given)
    if session is None or not world.sandbox.stripe.session(session)["payment_intent"]:
        return "no debit"
    decided = world.sandbox.stripe.finish_delayed(session, ok=given.get("ok", True))
    return "no debit under way" if not decided else ("landed" if given.get("ok", True) else "bounced")


# ---- trouble


@action("trouble")
def trouble(world: World, _who: str, given: dict[str, Any]) -> str:
    """The next calls fail: `kind` as the sandbox names them, or `refused` (nobody listens), for `times` calls."""
    service = given.get("service", "stripe")
    if service == "mail":
        world.post.orders += [given["kind"]] * given.get("times", 1)
        return f"mail: {given['kind']}"
    box = _boxes(world)[service]
    if len(box.standing()) < 20:
        box.add(given["kind"], match=given.get("match", ""), times=given.get("times", 1))
    return f"{service}: {given['kind']} {given.get('match', '')}"


def _boxes(world: World) -> dict[str, Trouble]:
    sandbox = world.sandbox
    return {
        "stripe": sandbox.stripe.trouble,
        "twilio": sandbox.twilio.trouble,
        "whatsapp": sandbox.whatsapp.trouble,
        "mail_services": sandbox.mail_services.trouble,
    }


def _lines(world: World) -> dict[str, Line]:
    return {line.service: line for line in (world.stripe, world.twilio, world.whatsapp, world.mail_services)}


@action("outage")
def outage(world: World, _who: str, given: dict[str, Any]) -> str:
    line = _lines(world)[given.get("service", "stripe")]
    line.refusing = bool(given.get("on", True))
    return f"{line.service} is {'down' if line.refusing else 'up'}"


@action("all_well")
def all_well(world: World, _who: str, _given: dict[str, Any]) -> str:
    for box in _boxes(world).values():
        box.clear()
    world.post.orders.clear()
    for line in _lines(world).values():
        line.refusing = False
    world.clocks.skew = timedelta(0)
    return "no trouble"


@action("clock")
def clock(world: World, _who: str, given: dict[str, Any]) -> str:
    """Somebody sets the server's clock wrong, or right again."""
    world.facts["skewed"] = True
    world.clocks.skew = timedelta(seconds=max(-600, min(600, given.get("seconds", 0))))
    return f"{given.get('seconds', 0)} s beside true time"


@action("new_secret")
def new_secret(world: World, who: str, given: dict[str, Any]) -> str:
    """The webhook secret is rolled: Stripe signs with the new one; the desk enters it beside, or in place of, the old."""
    house = world.town.houses[world.town.places["Mitte"].owner if who != "Dan" else "Dan"]
    number = world.facts["secrets"] = world.facts.get("secrets", 1) + 1
    secret = f"whsec_{house.stripe_name}{number}"
    url = connect_payment_account.webhook_address(house.account)
    old, house.secret = house.secret, secret
    world.sandbox.stripe.add_endpoint(url, account=house.stripe_name, secret=secret)
    lines = f"{old}\n{secret}" if given.get("both") else secret
    connect_payment_account.connect(
        actor=world.person(who),
        system="stripe",
        fields={"publishable_key": f"pk_test_{house.stripe_name}", "secret_key": "", "signing_secrets": lines},
        account_id=house.account.pk,
        now=world.now,
    )
    return "both are known" if given.get("both") else "only the new one is known"
