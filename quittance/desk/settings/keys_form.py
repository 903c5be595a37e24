"""The form in which a business connects an account: its boxes come from the outside system's own listing.

Secrets are never drawn again, not even the ones that were typed a moment ago; all else stays as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext as _

_LONGEST = 4_000
PASSWORD_FIELD = "your_password"  # noqa: S105 - a field's name


class Box(Protocol):
    """One box of a listing; `several` and `choices` where the system has such boxes."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def placeholder(self) -> str: ...
    @property
    def secret(self) -> bool: ...
    @property
    def required(self) -> bool: ...


class Listing(Protocol):
    """What the settings need of an outside system, whichever it is."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def fields(self) -> Sequence[Box]: ...


class KeyField(forms.CharField):
    """Shown as required where it is; the sentence about what is missing comes from the system's own check."""

    def validate(self, value: object) -> None: ...


class SecretLines(forms.Textarea):
    """Several secrets, one per line, never drawn again."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:  # noqa: ARG002 - that is its point
        return super().get_context(name, None, attrs)


class KeysForm(forms.Form):
    """`kept` says of each secret that is stored how it is shown, `···· 4242`: an empty box keeps it."""

    use_required_attribute = False

    def __init__(
        self,
        typed: Mapping[str, Any] | None = None,
        *,
        boxes: Sequence[Box],
        kept: Mapping[str, str] | None = None,
        only: Sequence[str] = (),
        initial: Mapping[str, str] | None = None,
        with_label: bool = False,
        asks_password: bool = False,
    ) -> None:
        super().__init__(typed, initial=dict(initial or {}))
        if with_label:
            self.fields["label"] = forms.CharField(
                label=_("Name of the account"),
                help_text=_("Shown to your staff only, for example: Stripe Berlin."),
                required=False,
                max_length=80,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        for box in boxes:
            if not only or box.name in only:
                self.fields[box.name] = _field(box, kept or {})
        if asks_password:
            self.fields[PASSWORD_FIELD] = KeyField(
                label=_("Your password"),
                help_text=_("The one you log in with: keys are changed by nobody but you."),
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "maxlength": 128}),
            )

    def values(self) -> dict[str, str]:
        """What was typed, by box; the flow checks it."""
        return {name: str(value or "") for name, value in self.cleaned_data.items() if name != PASSWORD_FIELD}

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Each sentence beside its box; above the form where the box is not drawn."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)

    def refuse(self, sentence: str) -> None:
        """A sentence above the form, which was checked before."""
        self.add_error(None, sentence)


def _field(box: Box, kept: Mapping[str, str]) -> forms.Field:
    choices: Sequence[tuple[str, str]] = getattr(box, "choices", ())
    if choices:
        return forms.ChoiceField(
            label=_(box.label),
            help_text=_(box.help),
            choices=[(key, _(label)) for key, label in choices],
            initial=getattr(box, "default", ""),
            error_messages={"invalid_choice": _("Choose one from the list.")},
        )
    has_kept = box.name in kept
    attrs: dict[str, Any] = {"placeholder": box.placeholder, "autocomplete": "off", "spellcheck": "false"}
    widget: forms.Widget
    if getattr(box, "several", False):
        widget = SecretLines(attrs={**attrs, "rows": 2})
    elif box.secret:
        widget = forms.PasswordInput(attrs={**attrs, "autocomplete": "new-password"})
    else:
        widget = forms.TextInput(attrs=attrs)
    return KeyField(
        label=_(box.label),
        help_text=_kept_help(kept[box.name]) if has_kept else _(box.help),
        required=box.required and not has_kept,
        initial=getattr(box, "default", ""),
        max_length=_LONGEST,
        widget=widget,
    )


def _kept_help(shown: str) -> str:
    if shown:
        return _("Stored: %(shown)s. Leave it empty to keep it.") % {"shown": shown}
    return _("Leave it empty to keep what is stored.")
