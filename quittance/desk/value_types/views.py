"""Memberships, gift cards, points and cashback: what there is at this location, and the form of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quittance.catalog import value_queries
from quittance.catalog.models import GiftCardType, MembershipType
from quittance.catalog.queries import services_of
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.catalog.sections import catalog_context
from quittance.desk.done import done_url
from quittance.desk.seen import expected_of, seen_now, status_of, told
from quittance.desk.value_types.forms import EarningForm, GiftCardForm, MembershipForm
from quittance.desk.visits.refund_words import money_words
from quittance.flows import set_value_types
from quittance.flows.errors import ChangedByOtherError, FieldError


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type in a list."""

    name: str
    text: str
    price: Money
    url: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class TypePage:
    """A form page: what it is about, and where archiving posts to, if it can."""

    heading: str
    icon: str
    archive_url: str = ""
    is_archived: bool = False
    # What is edited, and its form as it stands there now; empty for a new one.
    subject: str = ""
    theirs: Callable[[], Form] | None = None


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    place = {"business_id": desk.business.pk, "location_id": desk.location.pk}
    memberships = [
        _membership_row(row, desk)
        for gone in (False, True)
        for row in value_queries.membership_types_of(**place, archived=gone)
    ]
    cards = [
        _card_row(row, desk)
        for gone in (False, True)
        for row in value_queries.gift_card_types_of(**place, archived=gone)
    ]
    context = {
        **catalog_context(request, desk, current="value"),
        "memberships": memberships,
        "cards": cards,
        "earning": _earning_words(desk),
    }
    return render(request, "desk/value_types/overview.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def new_membership(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _membership_form(request, desk, None)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def membership(request: HttpRequest, desk: Desk, type_id: int) -> HttpResponse:
    row = value_queries.membership_type_by_id(business_id=desk.business.pk, type_id=type_id)
    if row is None or row.location_id != desk.location.pk:
        raise Http404
    return _membership_form(request, desk, row)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def new_gift_card(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _gift_card_form(request, desk, None)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def gift_card(request: HttpRequest, desk: Desk, type_id: int) -> HttpResponse:
    row = value_queries.gift_card_type_by_id(business_id=desk.business.pk, type_id=type_id)
    if row is None or row.location_id != desk.location.pk:
        raise Http404
    return _gift_card_form(request, desk, row)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def archive_membership(request: HttpRequest, desk: Desk, type_id: int) -> HttpResponse:
    archived = request.POST.get("back") != "1"
    set_value_types.archive_membership_type(
        actor=desk.actor, location_id=desk.location.pk, type_id=type_id, archived=archived, now=desk.now
    )
    return _done("type_archived" if archived else "type_back")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def archive_gift_card(request: HttpRequest, desk: Desk, type_id: int) -> HttpResponse:
    archived = request.POST.get("back") != "1"
    set_value_types.archive_gift_card_type(
        actor=desk.actor, location_id=desk.location.pk, type_id=type_id, archived=archived, now=desk.now
    )
    return _done("type_archived" if archived else "type_back")


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def earning(request: HttpRequest, desk: Desk) -> HttpResponse:
    rule = value_queries.earning_rule_of(business_id=desk.business.pk, location_id=desk.location.pk)
    form = EarningForm(request.POST if request.method == "POST" else None, currency=desk.location.currency, rule=rule)

    def save() -> None:
        set_value_types.set_earning_rule(
            actor=desk.actor,
            location_id=desk.location.pk,
            points_per_unit=form.cleaned_data["points_per_unit"],
            point_value=form.cleaned_data["point_value"],
            cashback_ppm=form.cashback_ppm(),
            expected_version=expected_of(request),
            now=desk.now,
        )

    def theirs() -> Form:
        return EarningForm(currency=desk.location.currency, rule=rule)

    subject = f"earning_rule {desk.location.pk}"
    page = TypePage(_("Points and cashback"), "star", subject=subject, theirs=theirs)
    return _form_page(request, desk, form, save, page)


def _membership_form(request: HttpRequest, desk: Desk, row: MembershipType | None) -> HttpResponse:
    services = services_of(business_id=desk.business.pk, location_id=desk.location.pk)
    covered = value_queries.service_ids_of(row) if row else []

    def drawn(posted: QueryDict | None = None) -> MembershipForm:
        return MembershipForm(posted, currency=desk.location.currency, type_=row, services=services, covered=covered)

    form = drawn(request.POST if request.method == "POST" else None)

    def save() -> None:
        set_value_types.save_membership_type(
            actor=desk.actor,
            location_id=desk.location.pk,
            type_id=row.pk if row else None,
            terms=form.terms(),
            visits=form.cleaned_data["visits"],
            service_ids=form.cleaned_data["services"],
            expected_version=expected_of(request),
            now=desk.now,
        )

    page = TypePage(_("New membership"), "ticket-check")
    if row is not None:
        url = reverse("desk:archive_membership_type", kwargs={"type_id": row.pk})
        subject = f"membership_type {row.pk}"
        page = TypePage(row.name, "ticket-check", url, row.archived_at is not None, subject, drawn)
    return _form_page(request, desk, form, save, page)


def _gift_card_form(request: HttpRequest, desk: Desk, row: GiftCardType | None) -> HttpResponse:
    form = GiftCardForm(request.POST if request.method == "POST" else None, currency=desk.location.currency, type_=row)

    def save() -> None:
        set_value_types.save_gift_card_type(
            actor=desk.actor,
            location_id=desk.location.pk,
            type_id=row.pk if row else None,
            terms=form.terms(),
            nominal=form.cleaned_data["nominal"],
            expected_version=expected_of(request),
            now=desk.now,
        )

    page = TypePage(_("New gift card"), "gift")
    if row is not None:
        url = reverse("desk:archive_gift_card_type", kwargs={"type_id": row.pk})

        def theirs() -> Form:
            return GiftCardForm(currency=desk.location.currency, type_=row)

        page = TypePage(row.name, "gift", url, row.archived_at is not None, f"gift_card_type {row.pk}", theirs)
    return _form_page(request, desk, form, save, page)


def _form_page(request: HttpRequest, desk: Desk, form: Form, save: Callable[[], None], page: TypePage) -> HttpResponse:
    seen = seen_now(desk, page.subject) if page.subject else None
    if request.method == "POST" and form.is_valid():
        try:
            save()
            return _done("type_saved")
        except ChangedByOtherError as error:
            seen = told(desk, error, yours=form, theirs=page.theirs()) if page.theirs else seen
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {
        **catalog_context(request, desk, current="value"),
        "form": form,
        "page": page,
        "seen": seen,
        "request_id": new_key(),
    }
    return render(request, "desk/value_types/form.html", context, status=status_of(form, seen))


def _done(name: str) -> HttpResponse:
    return HttpResponseRedirect(done_url(name, reverse("desk:value_types")))


def _membership_row(row: MembershipType, desk: Desk) -> TypeRow:
    visits = (
        ngettext("%(n)s visit", "%(n)s visits", row.visits) % {"n": row.visits}
        if row.visits
        else _("any number of visits")
    )
    url = reverse("desk:membership_type", kwargs={"type_id": row.pk})
    price = Money(row.price_minor, desk.location.currency)
    return TypeRow(row.name, f"{visits} · {_validity(row.valid_months)}", price, url, row.archived_at is not None)


def _card_row(row: GiftCardType, desk: Desk) -> TypeRow:
    currency = desk.location.currency
    worth = _("worth %(amount)s") % {"amount": money_words(Money(row.nominal_minor, currency))}
    url = reverse("desk:gift_card_type", kwargs={"type_id": row.pk})
    price = Money(row.price_minor, currency)
    return TypeRow(row.name, f"{worth} · {_validity(row.valid_months)}", price, url, row.archived_at is not None)


def _validity(months: int | None) -> str:
    if months is None:
        return _("never ends")
    return ngettext("valid for %(n)s month", "valid for %(n)s months", months) % {"n": months}


def _earning_words(desk: Desk) -> str:
    rule = value_queries.earning_rule_of(business_id=desk.business.pk, location_id=desk.location.pk)
    parts = []
    if rule is not None and rule.points_per_unit:
        points = ngettext("%(n)s point", "%(n)s points", rule.points_per_unit) % {"n": rule.points_per_unit}
        parts.append(
            _("%(points)s for each whole %(currency)s") % {"points": points, "currency": desk.location.currency}
        )
        if rule.point_value_minor:
            value = money_words(Money(rule.point_value_minor, desk.location.currency))
            parts.append(_("a point pays %(value)s") % {"value": value})
    if rule is not None and rule.cashback_ppm:
        parts.append(_("%(percent)s %% cashback") % {"percent": f"{rule.cashback_ppm / 10_000:g}"})
    return " · ".join(parts) or _("Clients earn nothing yet.")
