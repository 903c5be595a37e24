"""What mail servers report later, clients who want no more reminders, and messages that are sent again."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from quittance.clients.models import ContactPoint
from quittance.flows import lift_refusal, resend_message
from quittance.messages.models import ChannelAccount, Message, Suppression
from quittance.sandbox.mail_services.mails import EVENTS
from tests.simulator.channels import REPORT_SECRET, way_out
from tests.simulator.registry import action, needs_visit
from tests.simulator.story import Violation
from tests.simulator.wires import WEB
from tests.simulator.world import VisitRef, World

Choice = tuple[float, str, Callable[[], tuple[str, dict[str, Any]]]]
_KINDS = (("bounced", "5.1.1"), ("bounced", "4.2.2"), ("complained", ""), ("delivered", ""))


@action("mail_report")
def mail_report(world: World, _who: str, given: dict[str, Any]) -> str:
    """The mail server tells what became of a mail that it took: by its own time, doubled, or of another house's."""
    if given.get("by_service"):
        return _service_report(world, given)
    if not world.post.taken:
        return "no mail"
    mark, _to = world.post.taken[given.get("n", -1) % len(world.post.taken)]
    message = Message.objects.filter(key=mark.strip("<>").partition("@")[0]).defer("body").first()
    if message is None:
        return "no mail of ours"
    kind, status = _KINDS[given.get("kind", 0) % len(_KINDS)]
    told = {"id": f"{mark}{kind}", "message_id": mark, "kind": kind} | ({"status": status} if status else {})
    body = json.dumps({"events": [told] * given.get("times", 1)}).encode()
    house = next(house for house in world.town.houses.values() if house.business.pk == message.business_id)
    if given.get("elsewhere"):
        house = next(other for other in world.town.houses.values() if other is not house)
    account = ChannelAccount.objects.get(business=house.business, channel="email")
    signature = hmac.new(REPORT_SECRET.encode(), body, hashlib.sha256).hexdigest()
    before = Suppression.objects.count(), Message.objects.values_list("state", flat=True).get(pk=message.pk)
    status_code = world.deliver(
        f"{WEB}/inbound/messages/{account.address_token}",
        {"Content-Type": "application/json", "X-Report-Signature": f"sha256={signature}"},
        body,
    )
    after = Suppression.objects.count(), Message.objects.values_list("state", flat=True).get(pk=message.pk)
    if given.get("elsewhere") and after != before:
        raise Violation("S12", f"{house.owner}'s mail server changed message {message.pk} of another business")
    return f"{kind} {status}: answered {status_code}"


def _service_report(world: World, given: dict[str, Any]) -> str:
    mails = world.sandbox.mail_services.sent()
    if not mails:
        return "no mail"
    mail = mails[given.get("n", -1) % len(mails)]
    theirs = world.sandbox.mail_services.accounts[mail.account]
    event = EVENTS[given.get("kind", 0) % len(EVENTS)]
    url = theirs.webhook_url
    if given.get("elsewhere"):
        account = ChannelAccount.objects.exclude(address_token=url.rpartition("/")[2]).get(channel="email")
        theirs.webhook_url = f"{WEB}/inbound/messages/{account.address_token}"
    before = Suppression.objects.count(), set(Message.objects.values_list("pk", "state"))
    theirs.double_next = given.get("times", 1) - 1
    try:
        told = world.sandbox.mail_services.force(mail.id, event)
    finally:
        theirs.webhook_url = url
    after = Suppression.objects.count(), set(Message.objects.values_list("pk", "state"))
    if given.get("elsewhere") and (after != before or any(200 <= one.status < 300 for one in told)):
        raise Violation("S12", f"a report of {theirs.service} was taken for another business's")
    return f"{theirs.service}: {event}, answered {[one.status for one in told]}"


@action("unsubscribe")
def unsubscribe(world: World, _who: str, given: dict[str, Any]) -> str:
    """By the address in one of the mails; scanners fetch it first, which changes nothing."""
    ways = world.post.ways_out + [way_out(mail) for mail in world.sandbox.mail_services.sent() if way_out(mail)]
    if not ways:
        return "no such mail"
    path = urlsplit(ways[given.get("n", -1) % len(ways)]).path
    before = Suppression.objects.count()
    world.browser.get(path)
    if Suppression.objects.count() != before:
        raise Violation("S13", "fetching the address in a mail unsubscribed its client")
    answer = world.browser.post(path, {"again": "1"} if given.get("again") else {})
    if answer.status_code >= 500 and not world.points.fired:
        raise Violation("crash", f"unsubscribing was answered {answer.status_code}")
    return f"answered {answer.status_code}"


@needs_visit("lift_refusal")
def lift(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    client_id = world.house_of(visit).clients.get(visit.client, 0)
    point = ContactPoint.objects.filter(client_id=client_id, kind="email").first()
    if point is None:
        return "no address"
    lift_refusal.lift(
        actor=world.person(who, given.get("request", "")),
        location_id=world.place_of(visit).location.pk,
        client_id=client_id,
        point_id=point.pk,
        channel="email",
        now=world.now,
    )
    return "lifted"


@needs_visit("resend_message")
def resend(world: World, who: str, visit: VisitRef, given: dict[str, Any]) -> str:
    ids = list(Message.objects.filter(visit_id=visit.visit_id).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return "no message"
    actor = world.person(who, given.get("request", ""))
    new = resend_message.resend(actor=actor, message_id=ids[given.get("n", -1) % len(ids)], now=world.now)
    return f"queued as {new}"


def writing_choices(dice: random.Random, visit: VisitRef, who: str, next_request: Callable[[], str]) -> list[Choice]:
    def report() -> tuple[str, dict[str, Any]]:
        given = {"n": dice.choice([-1, -1, 0, 3]), "kind": dice.randrange(28), "times": dice.choice([1, 1, 2])}
        given |= {"by_service": True} if dice.random() < 0.5 else {}
        return "the mail server", given | ({"elsewhere": True} if dice.random() < 0.1 else {})

    def press(**more: Any) -> tuple[str, dict[str, Any]]:
        return who, {"request": next_request()} | more

    return [
        (0.15, "mail_report", report),
        (0.1, "unsubscribe", lambda: ("client", {"n": dice.choice([-1, 0]), "again": dice.random() < 0.4})),
        (0.15, "lift_refusal", press),
        (0.3, "resend_message", lambda: press(n=dice.choice([-1, 0, 1]))),
        (0.5, "send", lambda: press(channels=dice.choice([["whatsapp"], ["whatsapp", "email"]]), agree="s")),
    ]
