"""Settings › Company details: what stands on receipts, above Pay and on invoices; and what is still missing."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from quittance.businesses.actions import MAX_RECEIPT_YEARS, MIN_RECEIPT_YEARS, CompanyDetails
from quittance.businesses.iban import spaced_iban
from quittance.businesses.models import Business
from quittance.businesses.queries import missing_company_details
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.seen import SeenForm, expected_of, seen_now, status_of, told
from quittance.desk.settings.front import settings_context
from quittance.desk.sign_in.again import to_show_again
from quittance.flows.change_company import change_company
from quittance.flows.errors import ChangedByOtherError, FieldError

_WHY: Final[dict[str, str | Promise]] = {
    "legal_name": lazy("The registered name stands on every receipt."),
    "legal_address": lazy("The address stands on every receipt, and tells clients whom they pay."),
    "tax_number": lazy("Receipts need it where the business is registered for tax."),
    "bank_holder": lazy("Clients who pay in advance by bank transfer must know whose account it is."),
    "iban": lazy("Money that is paid in advance by bank transfer needs an account to arrive on."),
}


class CompanyForm(forms.Form):
    name = forms.CharField(
        label=lazy("Name that clients know"), max_length=120, error_messages={"required": lazy("Type a name.")}
    )
    legal_name = forms.CharField(label=lazy("Registered name"), max_length=200, required=False)
    legal_address = forms.CharField(label=lazy("Registered address"), max_length=300, required=False)
    tax_number = forms.CharField(label=lazy("Tax number"), max_length=60, required=False)
    bank_holder = forms.CharField(label=lazy("Holder of the bank account"), max_length=120, required=False)
    iban = forms.CharField(
        label=lazy("IBAN"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    refund_policy = forms.CharField(
        label=lazy("Refund policy"),
        help_text=lazy("Clients read it on the payment page."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cancellation_policy = forms.CharField(
        label=lazy("Cancellation policy"),
        help_text=lazy("Clients read it on the payment page."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    receipt_years = forms.IntegerField(
        label=lazy("Years that receipts keep the name of an erased client"),
        help_text=lazy(
            "Counted from the end of the receipt's year. Ask your tax adviser; ten years are enough almost everywhere."
        ),
        min_value=MIN_RECEIPT_YEARS,
        max_value=MAX_RECEIPT_YEARS,
        required=False,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def company(request: HttpRequest, desk: Desk) -> HttpResponse:
    business = desk.business
    form = CompanyForm(request.POST if request.method == "POST" else None, initial=_initial(business))
    seen: SeenForm | None = None
    if request.method == "POST" and form.is_valid():
        # Whoever changes the account redirects the money.
        asked = to_show_again(request, back=reverse("desk:company")) if _moves_money(form, business) else None
        if asked:
            return asked
        try:
            change_company(
                actor=desk.actor,
                details=CompanyDetails(**form.cleaned_data),
                expected_version=expected_of(request),
                now=desk.now,
            )
        except ChangedByOtherError as error:
            seen = told(desk, error, yours=form, theirs=CompanyForm(initial=_initial(business)))
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return HttpResponseRedirect(done_url("company_saved", reverse("desk:company")))
    seen = seen or seen_now(desk, "company")
    missing = missing_company_details(business)
    labels = {name: field.label for name, field in form.fields.items()}
    context = {
        **settings_context(request, desk),
        "form": form,
        "seen": seen,
        "missing": [(f"id_{name}", labels[name], _WHY[name]) for name in missing],
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/company.html", context, status=status_of(form, seen))


def _initial(business: Business) -> dict[str, str | int]:
    return {name: getattr(business, name) for name in CompanyForm.base_fields} | {"iban": spaced_iban(business.iban)}


def _moves_money(form: CompanyForm, business: Business) -> bool:
    typed = "".join(form.cleaned_data["iban"].split()).upper()
    return bool(business.iban) and typed != business.iban
