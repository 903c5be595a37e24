"""The form in which a business writes a message in its own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from quittance.messages.texts import OwnText
from quittance.messages.texts.kinds import TextKind
from quittance.messages.texts.own import LONGEST, LONGEST_SMS


class TextForm(forms.Form):
    """Boxes by channel; what may stand in them is checked by the flow. `theirs`: somebody else saved meanwhile."""

    use_required_attribute = False
    theirs = False

    def __init__(self, typed: Any = None, *, which: TextKind, channel: str, text: OwnText | None = None) -> None:
        initial = {} if text is None else {**text.boxes(), **_their_boxes(text)}
        super().__init__(typed, initial=initial, auto_id="text-%s")
        self.channel = channel
        if channel == "email":
            self.fields["subject"] = _line(_("Subject"), LONGEST["subject"])
            self.fields["heading"] = _line(_("Heading"), LONGEST["heading"])
        if channel == "whatsapp":
            self._add_their_boxes(which)
        limit = LONGEST["body"] if channel == "email" else LONGEST_SMS
        rows = 7 if channel == "email" else 5
        self.fields["body"] = forms.CharField(
            label=_("Text"),
            # A little more than fits, so that the sentence about the length can name both numbers.
            max_length=limit * 4,
            help_text=_body_help(channel),
            widget=forms.Textarea(attrs={"rows": rows, "maxlength": None, "dir": "auto"}),
            error_messages=_problems(),
        )
        if channel == "email":
            if which.has_button:
                self.fields["button"] = _line(_("Button"), LONGEST["button"], required=False)
            self.fields["note"] = _line(_("Small print"), LONGEST["note"], required=False)

    def _add_their_boxes(self, which: TextKind) -> None:
        self.fields["their_name"] = _line(_("Name of the approved template"), 120)
        self.fields["their_language"] = _line(_("Its language at WhatsApp"), 12)
        if "link" in which.placeholders:
            self.fields["has_link_button"] = forms.BooleanField(
                label=_("It has a button whose address ends in {{1}}"),
                help_text=_("The payment link then goes into the button, and need not stand in the text."),
                required=False,
            )

    def _value(self, name: str) -> str:
        if not self.is_bound:
            return str(self.initial.get(name) or "")
        return str(self.data.get(name, ""))[: LONGEST["body"] * 4]

    def text(self) -> OwnText:
        """What stands in the boxes, whether it can be kept or not."""
        has_button = self.data.get("has_link_button") == "on" if self.is_bound else self.initial.get("has_link_button")
        drawn = {name: self._value(name) for name in self.fields if name != "has_link_button"}
        return OwnText(**{"body": "", **drawn}, has_link_button=bool(has_button) and "has_link_button" in self.fields)

    def version(self) -> int:
        return typed_version(str(self.data.get("version", "")))


def typed_version(typed: str) -> int:
    """What no form of ours carries is older than anything that is saved, and so refused."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1


def _line(label: str, limit: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit * 4,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": None, "dir": "auto"}),
        error_messages=_problems(),
    )


def _problems() -> dict[str, str]:
    return {
        "required": _("Write something here, or go back to the standard text."),
        "max_length": _("This is far too long."),
    }


def _body_help(channel: str) -> str:
    if channel == "email":
        return _("The greeting stands above it, the facts of the visit and the button below it.")
    if channel == "sms":
        return _("The link stands where {link} is.")
    return _("The approved text, with a placeholder in the place of {{1}}, {{2}} and so on, in their sequence.")


def _their_boxes(text: OwnText) -> dict[str, Any]:
    return {
        "their_name": text.their_name,
        "their_language": text.their_language,
        "has_link_button": text.has_link_button,
    }
