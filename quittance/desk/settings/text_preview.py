"""A message as its client would see it, with an invented visit or a real one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quittance.calendar.queries_preview import facts_to_try
from quittance.desk.access import Desk
from quittance.flows.errors import GoneError, RefusedError
from quittance.flows.save_template import checked_text
from quittance.messages.texts import MessageFacts, OwnText, render
from quittance.messages.texts.email_html import EmailParts
from quittance.messages.texts.kinds import TextKind
from quittance.messages.texts.own import MOST_OWN_SEGMENTS, cost_of, dear_signs, fill_own, is_sayable, names_in, own_sms
from quittance.messages.texts.render import email_parts, values_of
from quittance.messages.texts.sample import for_kind, sample_facts

# As long as a real one, and it opens nothing.
_NOWHERE: Final = "p/PreviewPreviewPreview"


@dataclass(frozen=True, slots=True)
class Preview:
    """`problem`: it cannot be kept as it is. `gives_way`: why ours would be sent for this visit all the same."""

    channel: str
    problem: str = ""
    gives_way: str = ""
    mail: EmailParts | None = None
    subject: str = ""
    text: str = ""
    cost_words: str = ""
    dear_signs: str = ""
    # What goes into {{1}}, {{2}} … of a template at WhatsApp.
    parameters: tuple[tuple[str, str, str], ...] = ()
    is_real: bool = False


def preview_of(desk: Desk, *, kind: TextKind, channel: str, language: str, text: OwnText, visit_id: int) -> Preview:
    facts, is_real = _facts(desk, kind, visit_id)
    try:
        own = checked_text(kind=kind.key, channel=channel, language=language, text=_named(text, channel))
    except RefusedError as error:
        return Preview(channel, problem=str(error), is_real=is_real)
    shown = Preview(channel, is_real=is_real)
    if channel == "email":
        return _mail(shown, kind, language, facts, own)
    if channel == "sms":
        return _sms(shown, kind, language, facts, own)
    values = values_of(facts, language)
    parameters = tuple(
        (f"{{{{{number}}}}}", f"{{{name}}}", values[name]) for number, name in enumerate(names_in(own.body), 1)
    )
    return replace(shown, text=fill_own(own.body, values), parameters=parameters)


def _named(text: OwnText, channel: str) -> OwnText:
    """A preview is drawn before WhatsApp's name of the template is typed."""
    if channel != "whatsapp":
        return text
    return replace(text, their_name=text.their_name or "a_template", their_language=text.their_language or "en")


def _facts(desk: Desk, kind: TextKind, visit_id: int) -> tuple[MessageFacts, bool]:
    link = f"{settings.QUITTANCE_BASE_URL.rstrip('/')}/{_NOWHERE}"
    place = desk.location
    real = None
    if visit_id:
        real = facts_to_try(business_id=desk.business.pk, location_id=place.pk, visit_id=visit_id, link_address=link)
        if real is None:
            raise GoneError(_("This visit does not exist."))
    facts = real or sample_facts(
        kind=kind,
        business_name=desk.business.name,
        phone=place.phone,
        place=place.address,
        currency=place.currency,
        time_zone=place.time_zone,
        link_address=link,
        now=desk.now,
    )
    return for_kind(kind=kind, facts=facts, now=desk.now), real is not None


def _mail(shown: Preview, kind: TextKind, language: str, facts: MessageFacts, own: OwnText) -> Preview:
    gives_way = "" if is_sayable(own, values_of(facts, language)) else _no_value()
    said = render(type=kind.type, channel="email", language=language, facts=facts, own=own)
    parts = email_parts(type=kind.type, language=language, facts=facts, own=own)
    return replace(shown, mail=parts, subject=said.subject, gives_way=gives_way)


def _sms(shown: Preview, kind: TextKind, language: str, facts: MessageFacts, own: OwnText) -> Preview:
    values = values_of(facts, language)
    gives_way = ""
    if own_sms(own, values) is None:
        sayable = is_sayable(own, values)
        gives_way = _("It would cost more than %(most)d SMS.") % {"most": MOST_OWN_SEGMENTS} if sayable else _no_value()
    text = render(type=kind.type, channel="sms", language=language, facts=facts, own=own).text
    return replace(shown, text=text, cost_words=_cost_words(text), dear_signs=dear_signs(text), gives_way=gives_way)


def _cost_words(text: str) -> str:
    cost = cost_of(text)
    words = ngettext("Costs %(count)d SMS", "Costs %(count)d SMS", cost.segments) % {"count": cost.segments}
    return words + " · " + _("%(used)d of %(room)d signs") % {"used": cost.units, "room": cost.room}


def _no_value() -> str:
    return _("One of its placeholders has no value for this visit.")
