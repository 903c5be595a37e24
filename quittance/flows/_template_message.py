"""A message as a template that WhatsApp has approved: its name, and what goes into its gaps."""

from __future__ import annotations

from quittance.message_channels.port import ApprovedTemplate
from quittance.messages.queries_templates import approved_template, as_text
from quittance.messages.texts import MessageFacts, RenderedText, language_of
from quittance.messages.texts.own import fill_own, is_sayable, names_in
from quittance.messages.texts.render import values_of

# A gap that stays empty is refused there.
_NOTHING = "-"


def approved_text(
    *, business_id: int, kind: str, language: str, facts: MessageFacts
) -> tuple[RenderedText, ApprovedTemplate] | None:
    """None where no template was entered for this text, or where one of its gaps has no value now."""
    row = approved_template(business_id=business_id, kinds=[kind], language=language_of(language))
    if row is None:
        return None
    own = as_text(row)
    values = values_of(facts, row.language)
    if not is_sayable(own, values):
        return None
    button = facts.link_address.rpartition("/p/")[2] if own.has_link_button else ""
    if own.has_link_button and not button:
        return None
    shown = fill_own(own.body, values)
    template = ApprovedTemplate(
        name=own.their_name,
        language=own.their_language,
        parameters=tuple(values[name] or _NOTHING for name in names_in(own.body)),
        button=button,
    )
    return RenderedText(text=f"{shown}\n{facts.link_address}" if button else shown), template
