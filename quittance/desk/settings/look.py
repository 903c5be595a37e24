"""Settings › Look of client pages: the logo and the accent colour, shown on a sample before they are saved."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from quittance.core.actor import Right
from quittance.core.colour import WHITE, ColourError, contrast, is_readable, nearest_readable, parse_colour
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.settings.front import settings_context
from quittance.desk.visits.changes import version_of
from quittance.documents.logo_image import MAX_BYTES
from quittance.flows.change_look import NewLook, change_look
from quittance.flows.errors import FieldError, RefusedError

# As the tokens have it: a business that chooses this one has chosen none.
OURS: Final = "#0b5d6b"


class LookForm(forms.Form):
    accent = forms.CharField(
        label=lazy("Accent colour"),
        help_text=lazy("Of the Pay button and of links. On dark pages a lighter one of the same hue takes its place."),
        max_length=9,
        error_messages={"required": lazy("Choose a colour.")},
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = forms.FileField(
        label=lazy("Logo"),
        help_text=lazy("PNG or JPEG of at most 1 MB. It is shown 44 pixels high, on white."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={
                "accept": "image/png,image/jpeg",
                "data-max-bytes": MAX_BYTES,
                "data-too-large": lazy("This picture is larger than 1 MB. Choose a smaller one."),
            }
        ),
    )
    drop_logo = forms.BooleanField(label=lazy("Show no logo, but the first letter of the name"), required=False)

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(
            *args, **{"initial": {"accent": desk.business.accent or OURS}, "auto_id": "look-%s", **options}
        )
        self.fields["accent"].widget.attrs |= {
            "hx-get": reverse("desk:check_look"),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#look-check",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        if not desk.business.logo_key:
            del self.fields["drop_logo"]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def look(request: HttpRequest, desk: Desk) -> HttpResponse:
    posted = request.method == "POST"
    form = LookForm(request.POST if posted else None, request.FILES if posted else None, desk=desk)
    if posted and form.is_valid():
        # `take` is the button with the nearest colour that can be read.
        accent = (request.POST.get("take") or form.cleaned_data["accent"]).strip().lower()
        upload = form.cleaned_data["logo"]
        new = NewLook(
            accent="" if accent == OURS else accent,
            logo=upload.read(MAX_BYTES + 1) or b"\0" if upload else b"",
            drops_logo=form.cleaned_data.get("drop_logo", False),
        )
        try:
            change_look(actor=desk.actor, expected_version=version_of(request), new=new, now=desk.now)
            return HttpResponseRedirect(done_url("look_saved", reverse("desk:look")), status=303)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except RefusedError as error:
            form.add_error(None, str(error))
    shown = request.POST.get("accent", "") if posted else desk.business.accent or OURS
    context = {
        **settings_context(request, desk),
        "form": form,
        "business": desk.business,
        "check": _check(shown),
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/look.html", context, status=422 if form.errors else 200)


@require_safe
@desk_view(Right.EDIT_SETTINGS)
def check_look(request: HttpRequest, _desk: Desk) -> HttpResponse:
    """What is said of a colour while it is being chosen, with the stylesheet of the two samples."""
    return render(request, "desk/settings/look_check.html", {"check": _check(request.GET.get("accent", ""))})


def _check(text: str) -> dict[str, Any]:
    """`shown` is what the samples wear: the colour itself, or the nearest that can be read."""
    try:
        colour = parse_colour(text)
    except ColourError as error:
        return {"words": _(str(error)), "good": False, "nearest": "", "shown": ""}
    if colour == OURS:
        return {"words": _("This is the colour of Quittance itself."), "good": True, "nearest": "", "shown": ""}
    ratio = f"{contrast(colour, WHITE):.1f}"
    if is_readable(colour):
        words = _("Can be read: %(ratio)s to 1 on white; it takes 4.5.") % {"ratio": ratio}
        return {"words": words, "good": True, "nearest": "", "shown": colour[1:]}
    nearest = nearest_readable(colour)
    words = _("Too light to be read by everybody: %(ratio)s to 1 on white; it takes 4.5. The samples show the nearest.")
    return {"words": words % {"ratio": ratio}, "good": False, "nearest": nearest, "shown": nearest[1:]}
