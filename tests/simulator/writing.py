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
from tests.simulator.channels import REPORT_SECRET
from tests.simulator.registry import action, needs_visit
from tests.simulator.story import Violation
from tests.simulator.wires import WEB
from tests.simulator.world import VisitRef, World

Choice = tuple[float, str, Callable[[], tuple[str, dict[str, Any]]]]
_KINDS = (("bounced", "5.1.1"), ("bounced", "4.2.2"), ("complained", ""), ("delivered", ""))


@action("mail_report")
def mail_report(world: World, _who: str, given: dict[str, Any]) -> str:
    """The mail server tells what became of a mail that it took: by its own time, doubled, or of another house's."""
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


@action("unsubscribe")
def unsubscribe(world: World, _who: str, given: dict[str, Any]) -> str:
    """By the address in one of the mails; scanners fetch it first, which changes nothing."""
    if not world.post.ways_out:
        return "no such mail"
    path = urlsplit(world.post.ways_out[given.get("n", -1) % len(world.post.ways_out)]).path
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
        given = {"n": dice.choice([-1, -1, 0, 3]), "kind": dice.randrange(4), "times": dice.choice([1, 1, 2])}
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
