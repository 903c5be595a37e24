"""Order by hand: buttons for the keyboard, dragging for the mouse; and the headings."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from quittance.audit.queries import revisions
from quittance.catalog.models import Category
from quittance.catalog.queries import categories_of
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import is_htmx
from quittance.desk.catalog.listing import PAGES
from quittance.desk.catalog.sections import catalog_context
from quittance.desk.done import done_url
from quittance.desk.fields import row_id
from quittance.desk.seen import expected_of, who_and_when
from quittance.flows import arrange_catalog
from quittance.flows.errors import ChangedByOtherError, FieldError
from quittance.flows.save_category import save_category

_KINDS = ("service", "product", "category")


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def arrange(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`direction` is `up` or `down`; dropped with the mouse, `before` is the neighbour, or empty for the end."""
    kind, row = request.POST.get("kind", ""), row_id(request.POST.get("row", ""))
    if kind not in _KINDS or row is None:
        raise Http404
    if "direction" in request.POST:
        arrange_catalog.step(
            actor=desk.actor,
            location_id=desk.location.pk,
            kind=kind,
            row_id=row,
            direction="down" if request.POST["direction"] == "down" else "up",
            now=desk.now,
        )
    else:
        arrange_catalog.drop(
            actor=desk.actor,
            location_id=desk.location.pk,
            kind=kind,
            row_id=row,
            before_id=row_id(request.POST.get("before", "")),
            now=desk.now,
        )
    if is_htmx(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(_back(request, kind), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def categories(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """Add one, rename one, put them in order. A category is never deleted: items would lose their place."""
    problem, typed = "", ""
    if request.method == "POST":
        typed = request.POST.get("name", "")[: 2 * Category._meta.get_field("name").max_length]  # type: ignore[operator]
        try:
            save_category(
                actor=desk.actor,
                location_id=desk.location.pk,
                kind=kind,
                category_id=row_id(request.POST.get("category", "")),
                name=typed,
                expected_version=expected_of(request),
                now=desk.now,
            )
            return HttpResponseRedirect(done_url("category_saved", reverse(f"desk:{kind}_categories")), status=303)
        except ChangedByOtherError as error:
            problem = _("%(first)s. Rename it again to take the place of that.") % {"first": who_and_when(desk, error)}
        except FieldError as error:
            problem = str(error)
    rows = categories_of(business_id=desk.business.pk, location_id=desk.location.pk, kind=kind)
    seen = revisions(business_id=desk.business.pk, subjects=[f"category {row.pk}" for row in rows])
    context = {
        **catalog_context(request, desk, current=PAGES[kind]),
        "kind": kind,
        "categories": [(row, seen[f"category {row.pk}"]) for row in rows],
        "list_url": reverse(f"desk:{PAGES[kind]}"),
        "heading": _("Categories of services") if kind == Category.SERVICE else _("Categories of products"),
        "problem": problem,
        "typed": typed if problem else "",
        "request_id": new_key(),
    }
    return render(request, "desk/catalog/categories.html", context, status=422 if problem else 200)


def _back(request: HttpRequest, kind: str) -> str:
    of = request.POST.get("of", "")
    if kind == "category":
        return reverse(f"desk:{of if of in PAGES else 'service'}_categories")
    return reverse(f"desk:{PAGES[kind]}") + f"#item-{request.POST.get('row', '')}"
