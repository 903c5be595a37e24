"""What clients and robots do: open the link, press Pay, pay on the hosted page, come back, answer a text."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from quittance.calendar import queries_pay
from quittance.flows import confirm_return, offer_value, record_access, take_payment
from quittance.limits.models import RobotFetch
from quittance.pay.form_key import form_key
from quittance.sandbox.stripe import cards
from quittance.wallets.models import Wallet
from quittance.wallets.queries import shown_code
from tests.simulator.registry import needs_visit
from tests.simulator.story import Violation
from tests.simulator.wires import WEB
from tests.simulator.world import VisitRef, World

_BOTS = ("WhatsApp/2.23.20", "facebookexternalhit/1.1", "Googlebot/2.1", "")
# From here on a number means one's own balance, below it a gift card.
_OWN = 10
CARDS = {
    "good": cards.GOOD_CARD,
    "declined": "4000000000000002",
    "broke": "4000000000009995",
    "refund_pends": "4000000000007726",
    "refund_fails": "4000000000005126",
    "disputed": "4000000000000259",
    "challenge": "4000002500003155",
}


def _token(visit: VisitRef, given: dict[str, Any]) -> str | None:
    return visit.tokens[given.get("token", -1) % len(visit.tokens)] if visit.tokens else None


def page_of(visit: VisitRef, given: dict[str, Any]) -> str | None:
    """The session whose page is in the client's tab: the newest, or the one before."""
    return visit.pages[given.get("page", -1) % len(visit.pages)] if visit.pages else None


@needs_visit("open_link")
def open_link(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """Fetching changes nothing, whoever fetches (S13); a person's browser tells afterwards that it was seen."""
    token = _token(visit, given)
    if token is None:
        return "no link"
    bot = given.get("bot")
    headers = {"user-agent": _BOTS[bot % len(_BOTS)] if bot is not None else "Mozilla/5.0"}
    before, traces = writes(), _traces()
    path = f"/p/{token}" + given.get("rest", "")
    fetch = world.browser.head if given.get("head") else world.browser.get
    status = fetch(path, headers=headers).status_code
    # What a robot fetched is counted apart; it is no fact of the business. Another robot may have left a trace meanwhile.
    if writes() - before > len(_traces() - traces):
        raise Violation("S13", f"GET {given.get('rest', '') or 'the page'} wrote to the database")
    if status >= 500:
        raise Violation("crash", f"the page of a link was answered {status}")
    if bot is None and given.get("seen", True):
        record_access.record(token=token, now=world.now)
    return f"answered {status}"


def _traces() -> set[tuple[object, ...]]:
    """Of robots on SQLite, where each row that was written is counted."""
    if connection.vendor != "sqlite":
        return set()
    return set(RobotFetch.objects.values_list("pk", "count", "last_at"))


_asides = [0]


def writes() -> int:
    """How many rows this connection has written so far, those of asides left out; PostgreSQL does not tell."""
    if connection.vendor != "sqlite":
        return 0
    connection.ensure_connection()
    return int(connection.connection.total_changes) - _asides[0]


def leave_out(written: int) -> None:
    """What somebody else wrote while a step was under way is not the step's doing."""
    _asides[0] += written


def _chosen(world: World, visit: VisitRef, token: str, given: dict[str, Any]) -> take_payment.Chosen | None:
    """The cards whose codes were typed, and the client's own balances that were ticked: as the page showed them."""
    if not given.get("value"):
        return None
    page = queries_pay.pay_page(token=token, now=world.now)
    if page is None:
        return None
    house = world.house_of(visit)
    held = Wallet.objects.filter(business=house.business).order_by("-pk")
    cards_out = list(held.filter(kind="gift_card")[:6])
    own = list(held.filter(client_id=house.clients.get(visit.client, 0))[:6])
    ids: list[int] = []
    for number in given["value"]:
        there = cards_out if number < _OWN else own
        if there:
            wallet = there[number % len(there)]
            known = (
                offer_value.card_of(page=page, code=shown_code(wallet), now=world.now) if number < _OWN else wallet.pk
            )
            ids += [known] if known is not None and known not in ids else []
    offer = offer_value.offer(page=page, chosen=ids, now=world.now)
    return take_payment.Chosen(offer.wallet_ids, offer.rest.minor) if offer.wallet_ids else None


@needs_visit("press_pay")
def press_pay(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    token = _token(visit, given)
    if token is None:
        return "no link"
    if given.get("face"):
        answer = world.browser.post(f"/p/{token}/pay", {"key": form_key(token)})
        if (
            answer.status_code >= 500
            and "Retry-After" not in answer
            and answer.status_code != 503
            and not world.points.fired
        ):
            raise Violation("crash", f"pressing Pay was answered {answer.status_code}")
        address = answer.get("Location", "")
        result = take_payment.StartResult("redirect" if "/c/pay/" in address else "busy", address)
        words = f"answered {answer.status_code}"
    else:
        chosen = _chosen(world, visit, token, given)
        result = take_payment.start(token=token, value=chosen, now=world.now, wait=lambda _seconds: None)
        words = result.outcome
    if result.outcome == "redirect":
        session = urlsplit(result.address).path.rsplit("/", 1)[-1]
        if session not in visit.pages:
            visit.pages.append(session)
        world.facts["shown"] = (visit.label, token, session)
        return f"the payment page, tab {visit.pages.index(session)}"
    return words


@needs_visit("pay")
def pay(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """On the hosted page, also on one that was left open before it ended."""
    session = page_of(visit, given)
    if session is None:
        return "no page"
    if given.get("card") == "debit":
        iban = cards.BAD_IBAN if given.get("bad") else cards.GOOD_IBAN
        return world.sandbox.stripe.start_delayed(session, iban=iban).outcome
    more: dict[str, Any] = {}
    if given.get("other_minor"):
        # A payment system that counts krónur in hundredths takes whole ones only.
        more["amount"] = given["other_minor"] - given["other_minor"] % (100 if visit.currency == "ISK" else 1)
    if given.get("other_currency"):
        more["currency"] = given["other_currency"]
    paid = world.sandbox.stripe.pay(session, card=CARDS[given.get("card", "good")], **more)
    return paid.outcome


@needs_visit("challenge")
def challenge(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    session = page_of(visit, given)
    if session is None or not world.sandbox.stripe.session(session)["payment_intent"]:
        return "nobody asks"
    return world.sandbox.stripe.pass_challenge(session, passed=given.get("passed", True)).outcome


@needs_visit("come_back")
def come_back(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    """The return page: shown by GET, which changes nothing, then it asks."""
    token = _token(visit, given)
    if token is None:
        return "no link"
    if given.get("face"):
        status = world.browser.post(f"/p/{token}/check", {"key": form_key(token)}).status_code
        if status >= 500 and not world.points.fired:
            raise Violation("crash", f"the return page was answered {status}")
        return f"answered {status}"
    answer = confirm_return.confirm(token=token, now=world.now)
    return (
        "not ours" if answer is None else f"{answer.state or 'nothing'}, {'answered' if answer.answered else 'silence'}"
    )


@needs_visit("answer_text")
def answer_text(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    house = world.house_of(visit)
    number = {"Chloe": "+4915112345678", "Emil": "+4915198765432"}.get(who, "")
    called = world.sandbox.twilio.answer_from_phone(
        number, given.get("text", "STOP"), to="+49301234567", account_sid=house.twilio_sid
    )
    return f"{given.get('text', 'STOP')} to {WEB}, {len(called)} told"
