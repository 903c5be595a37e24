"""One service, one product: make it, change it, archive it, count it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from quittance.businesses.queries import names_of_users, staff_of
from quittance.catalog import queries
from quittance.catalog.models import Product, Service
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.catalog.item_forms import CountForm, ProductForm, ServiceForm
from quittance.desk.catalog.listing import PAGES
from quittance.desk.catalog.sections import card_tabs, catalog_context
from quittance.desk.done import done_url
from quittance.desk.photos import photo_form
from quittance.desk.seen import SeenForm, told
from quittance.desk.visits.changes import version_of
from quittance.flows.archive_item import archive_item
from quittance.flows.correct_stock import correct_stock
from quittance.flows.errors import ChangedByOtherError, FieldError, GoneError, RefusedError
from quittance.flows.save_product import save_product
from quittance.flows.save_service import save_service

Form = ServiceForm | ProductForm


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def service(request: HttpRequest, desk: Desk, item_id: int | None = None) -> HttpResponse:
    row = None if item_id is None else service_here(desk, item_id)
    performers = {}
    if row is not None:
        performers = queries.performers_of(business_id=desk.business.pk, service_ids=[row.pk]).get(row.pk, {})
    posted = request.POST if request.method == "POST" else None
    staff = staff_of(business_id=desk.business.pk, location_id=desk.location.pk)

    def drawn(typed: QueryDict | None = None) -> ServiceForm:
        return ServiceForm(typed, desk=desk, item=row, staff=staff, performers=performers)

    form = drawn(posted)

    def save() -> None:
        save_service(
            actor=desk.actor,
            location_id=desk.location.pk,
            service_id=item_id,
            expected_version=None if row is None else version_of(request),
            card=form.card(),
            now=desk.now,
        )

    return _card(request, desk, "service", row, form, save, drawn)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def product(request: HttpRequest, desk: Desk, item_id: int | None = None) -> HttpResponse:
    row = None if item_id is None else _product(desk, item_id)
    form = ProductForm(request.POST if request.method == "POST" else None, desk=desk, item=row)

    def save() -> None:
        save_product(
            actor=desk.actor,
            location_id=desk.location.pk,
            product_id=item_id,
            expected_version=None if row is None else version_of(request),
            card=form.card(),
            now=desk.now,
        )

    return _card(request, desk, "product", row, form, save, lambda: ProductForm(desk=desk, item=row))


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def count(request: HttpRequest, desk: Desk, item_id: int) -> HttpResponse:
    """What lies on the shelf, as somebody has just counted it."""
    row = _product(desk, item_id)
    form = CountForm(request.POST)
    if form.is_valid():
        correct_stock(
            actor=desk.actor,
            location_id=desk.location.pk,
            product_id=item_id,
            counted=form.cleaned_data["counted"],
            note=form.cleaned_data["note"],
            now=desk.now,
        )
        url = reverse("desk:product", kwargs={"item_id": item_id})
        return HttpResponseRedirect(done_url("stock_counted", url), status=303)
    return _draw(request, desk, "product", row, ProductForm(desk=desk, item=row), count_form=form, status=422)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def archive(request: HttpRequest, desk: Desk, kind: str, item_id: int) -> HttpResponse:
    """`archived=0` brings it back."""
    archived = request.POST.get("archived") != "0"
    archive_item(
        actor=desk.actor, location_id=desk.location.pk, kind=kind, item_id=item_id, archived=archived, now=desk.now
    )
    done = "item_archived" if archived else "item_restored"
    return HttpResponseRedirect(done_url(done, reverse(f"desk:{PAGES[kind]}")), status=303)


def _card(
    request: HttpRequest,
    desk: Desk,
    kind: str,
    row: Service | Product | None,
    form: Form,
    save: Callable[[], None],
    theirs: Callable[[], Form],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
            return HttpResponseRedirect(done_url("item_saved", reverse(f"desk:{PAGES[kind]}")), status=303)
        except GoneError:
            raise
        except ChangedByOtherError as error:
            seen = told(desk, error, yours=form, theirs=theirs())
            return _draw(request, desk, kind, row, form, seen=seen, status=409)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except RefusedError as error:
            form.add_error(None, str(error))
    return _draw(request, desk, kind, row, form, status=422 if form.errors else 200)


def _draw(
    request: HttpRequest,
    desk: Desk,
    kind: str,
    row: Service | Product | None,
    form: Form,
    *,
    count_form: CountForm | None = None,
    seen: SeenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **catalog_context(request, desk, current=PAGES[kind]),
        "kind": kind,
        "item": row,
        "form": form,
        "seen": seen,
        "list_url": reverse(f"desk:{PAGES[kind]}"),
        "request_id": new_key(),
    }
    if row is not None:
        context["photo"] = photo_form(request, desk, kind, row.pk)
    if isinstance(row, Service):
        context["card_tabs"] = card_tabs(row, is_online=False)
    if isinstance(row, Product):
        movements = queries.movements_of(business_id=desk.business.pk, product_id=row.pk)
        people = {one.actor_id for one in movements if one.actor_id is not None}
        names = names_of_users(business_id=desk.business.pk, user_ids=people) if people else {}
        context["count_form"] = count_form or CountForm(initial={"counted": max(0, row.stock_count)})
        context["movements"] = [{"row": one, "who": names.get(one.actor_id or 0, "")} for one in movements]
    return render(request, f"desk/catalog/{kind}.html", context, status=status)


def service_here(desk: Desk, item_id: int) -> Service:
    """404 where it is of another location or business."""
    try:
        row = queries.service_by_id(business_id=desk.business.pk, service_id=item_id)
    except Service.DoesNotExist:
        raise Http404 from None
    if row.location_id != desk.location.pk:
        raise Http404
    return row


def _product(desk: Desk, item_id: int) -> Product:
    try:
        row = queries.product_by_id(business_id=desk.business.pk, product_id=item_id)
    except Product.DoesNotExist:
        raise Http404 from None
    if row.location_id != desk.location.pk:
        raise Http404
    return row
