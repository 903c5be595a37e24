"""The page of an empty installation: it makes the first owner, and then is no more."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from quittance.businesses.actions import NewLocation
from quittance.businesses.first_owner import is_empty
from quittance.businesses.presets import PRESETS
from quittance.core import clock
from quittance.desk.place_choices import LongSelect, countries, currencies, time_zones
from quittance.desk.sign_in.invitation import BACKEND
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.flows.set_up import FirstOwner, set_up


class SetUpForm(forms.Form):
    code = forms.CharField(
        label=lazy("Code"),
        help_text=lazy("On the server, run quittance setupcode. It prints a code that works for an hour."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    business = forms.CharField(label=lazy("Name of the business"), max_length=120)
    kind = forms.ChoiceField(
        label=lazy("What it is"),
        choices=[
            ("salon", lazy("Salon: says clients; payment links live until they are paid")),
            ("clinic", lazy("Clinic: says patients, names no services to them; payment links live for 48 hours")),
        ],
    )
    country = forms.ChoiceField(label=lazy("Country"), widget=LongSelect, initial="DE")
    currency = forms.ChoiceField(label=lazy("Currency"), widget=LongSelect, initial="EUR")
    time_zone = forms.ChoiceField(label=lazy("Time zone"), widget=LongSelect, initial="Europe/Berlin")
    name = forms.CharField(
        label=lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=lazy("Your email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=lazy("Choose a password"),
        help_text=lazy("At least 10 signs. Three or four words that do not belong together are good."),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("country", countries()), ("currency", currencies()), ("time_zone", time_zones())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type; declared above
            field.choices = choices
        for field in self.fields.values():
            field.error_messages |= {
                "required": lazy("Fill this in."),
                "invalid_choice": lazy("Choose one from the list."),
            }


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_page(request: HttpRequest) -> HttpResponse:
    if not is_empty():
        raise Http404
    form = SetUpForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        preset = PRESETS[typed["kind"]]
        place = NewLocation(
            name=typed["business"],
            currency=typed["currency"],
            time_zone=typed["time_zone"],
            country=typed["country"],
            link_life_minutes=preset.link_life_minutes,
            client_word=preset.client_word,
            names_no_services=preset.names_no_services,
        )
        owner = FirstOwner(name=typed["name"], email=typed["email"], password=typed["password"])
        try:
            user = set_up(
                code=typed["code"],
                owner=owner,
                business=typed["business"],
                place=place,
                ip=request.META.get("REMOTE_ADDR", ""),
                now=clock.now(),
            )
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except GoneError as error:
            raise Http404 from error
        except RefusedError as error:
            problem = str(error)
        else:
            login(request, user, backend=BACKEND)
            record_authentication(request, user, method="password", email=user.email)
            return HttpResponseRedirect(reverse("desk:first_steps"))
    context = {"form": form, "problem": problem}
    return render(request, "account/set_up.html", context, status=422 if problem or form.errors else 200)
