"""Write a message in the business's own words, or go back to ours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.core.actor import Actor, Right, require
from quittance.flows._once import once
from quittance.flows.errors import FieldError, RefusedError
from quittance.messages import settings_actions
from quittance.messages.texts import OwnText
from quittance.messages.texts.kinds import KINDS, TextKind
from quittance.messages.texts.own import LONGEST, LONGEST_SMS, TemplateError, check_text, clean, names_in
from quittance.messages.texts.render import LANGUAGES
from quittance.messages.types import TYPES

_BOXES: Final = {"email": ("subject", "heading", "body", "button", "note"), "sms": ("body",), "whatsapp": ("body",)}
_THEIR_NAME = re.compile(r"[a-z0-9_]{1,120}\Z")
_THEIR_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?\Z")


class TemplateChangedError(RefusedError):
    """Somebody saved the same text since the form was drawn."""

    def __init__(self) -> None:
        super().__init__("Somebody changed this text meanwhile. Nothing was saved: compare it with theirs.")


def save(
    *, actor: Actor, kind: str, channel: str, language: str, text: OwnText, expected_version: int, now: datetime
) -> int:
    """Returns the new version. FieldError names the box that has to be mended; `expected_version` 0: never saved."""
    require(actor, Right.EDIT_SETTINGS, None)
    checked = checked_text(kind=kind, channel=channel, language=language, text=text)
    return _change(actor, (kind, channel, language), checked, expected_version, now)


def reset(*, actor: Actor, kind: str, channel: str, language: str, expected_version: int, now: datetime) -> int:
    """Say it in our words again."""
    require(actor, Right.EDIT_SETTINGS, None)
    _known(kind, channel, language)
    return _change(actor, (kind, channel, language), OwnText(body=""), expected_version, now)


def checked_text(*, kind: str, channel: str, language: str, text: OwnText) -> OwnText:
    """The text as it would be kept; FieldError says what cannot be. Writes nothing, so that a preview can ask."""
    known = _known(kind, channel, language)
    drawn = _BOXES[channel]
    boxes = {
        box: clean(typed, lines=box == "body" and channel == "email") if box in drawn else ""
        for box, typed in text.boxes().items()
    }
    checked = OwnText(
        **boxes,
        their_name=text.their_name,
        their_language=text.their_language,
        has_link_button=text.has_link_button,
    )
    try:
        for box in drawn:
            limit = LONGEST[box] if channel == "email" else LONGEST_SMS
            check_text(box=box, text=boxes[box], kind=known, limit=limit)
    except TemplateError as error:
        raise FieldError(error.box, str(error)) from None
    _check_needed(known, channel, checked)
    if channel != "whatsapp":
        return replace(checked, their_name="", their_language="", has_link_button=False)
    return _with_their_names(checked)


def _known(kind: str, channel: str, language: str) -> TextKind:
    known = KINDS.get(kind)
    if known is None or language not in LANGUAGES or channel not in TYPES[known.type].channels:
        raise RefusedError(_("There is no such text."))
    return known


def _check_needed(kind: TextKind, channel: str, text: OwnText) -> None:
    required = ("subject", "heading", "body") if channel == "email" else ("body",)
    for box in required:
        if not text.boxes()[box]:
            raise FieldError(box, _("Write something here, or go back to the standard text."))
    needed = kind.needed_in_mail if channel == "email" else kind.needed
    if channel == "whatsapp" and text.has_link_button:
        needed = tuple(name for name in needed if name != "link")
    for name in needed:
        if name not in names_in(text.body):
            raise FieldError(
                "body", _("{%(name)s} has to stand in it: without it the client could do nothing.") % {"name": name}
            )


def _with_their_names(text: OwnText) -> OwnText:
    name, language = text.their_name.strip(), text.their_language.strip().replace("-", "_")
    if not _THEIR_NAME.match(name):
        raise FieldError("their_name", _("Type its name as WhatsApp shows it: small letters, digits and underscores."))
    if not _THEIR_LANGUAGE.match(language):
        raise FieldError("their_language", _("Type its language as WhatsApp shows it, for example en or pt_BR."))
    return replace(text, their_name=name, their_language=language)


def _change(actor: Actor, which: tuple[str, str, str], text: OwnText, expected: int, now: datetime) -> int:
    kind, channel, language = which

    def work() -> dict[str, int]:
        version = settings_actions.save_template(
            business_id=actor.business_id,
            kind=kind,
            channel=channel,
            language=language,
            text=text,
            expected_version=expected,
            now=now,
        )
        if version is None:
            raise TemplateChangedError
        audit.record(
            actor=actor,
            location_id=None,
            action="template.saved" if text.body else "template.reset",
            subject=("template", None),
            now=now,
            detail={"text": kind, "channel": channel, "language": language},
        )
        return {"version": version}

    return int(once(actor=actor, action="template.save", now=now, work=work)["version"])
