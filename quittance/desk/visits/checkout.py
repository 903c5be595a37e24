"""Checkout: what the visit sells, and the money taken at the desk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quittance.catalog.models import GiftCardType, MembershipType, Product, Service
from quittance.catalog.queries import find_products, find_services
from quittance.catalog.value_queries import find_gift_card_types, find_membership_types
from quittance.core.actor import Right
from quittance.core.money import Money, in_coins
from quittance.desk.access import Desk, desk_view
from quittance.desk.fields import row_id
from quittance.desk.photos import photo_urls
from quittance.desk.visits.asking import ask_overpaying
from quittance.desk.visits.banner import money_text
from quittance.desk.visits.changes import Work, again, attempt, version_of
from quittance.desk.visits.forms import LineForm, TenderForm, VoidForm
from quittance.desk.visits.window import MONEY_PAYS, WindowPage, changed, load, page_of, show
from quittance.flows import change_lines, take_tender
from quittance.flows.answered import was_answered
from quittance.flows.change_due import Decision
from quittance.flows.change_lines import LinesForm

_SHOWN = 12
_KINDS = ("service", "product", "membership", "gift_card")


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A line of the search; `key` is what pressing it posts."""

    key: str
    name: str
    detail: str
    price: Money
    price_max: Money | None
    icon: str
    photo_url: str = ""


@require_safe
@desk_view(Right.EDIT_VISITS)
def find(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """What can be added, by name, SKU or barcode; everything there is while nothing is typed."""
    there, window = load(desk, visit_id, with_messages=False)
    text = request.GET.get("q", "")
    only = request.GET.get("only", "")
    context = {
        "found": _with_photos(there, _found(there, text, only=only)),
        "text": text.strip(),
        "visit": window.visit,
    }
    return render(request, "desk/visits/found.html", context)


@require_POST
@desk_view(Right.EDIT_VISITS)
def add_line(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The item that was pressed, or what a scanner typed when it names exactly one."""
    page = page_of(request, desk, visit_id)
    kind, _colon, typed_id = request.POST.get("item", "").partition(":")
    if not kind:
        found = _found(page.desk, request.POST.get("q", ""), only=request.POST.get("only", ""))
        if len(found) != 1:
            return again(request, page, form=None, problem=_sentence(found, request.POST.get("q", "").strip()))
        kind, _colon, typed_id = found[0].key.partition(":")
    item_id = row_id(typed_id)
    if kind not in _KINDS or item_id is None:
        return again(request, page, form=None, problem=_("Choose something from the list."))

    def work(decision: Decision) -> str:
        lines = _lines_form(request, page, decision)
        if kind == "service":
            change_lines.add_service(form=lines, service_id=item_id, now=desk.now)
        elif kind == "membership":
            change_lines.add_membership(form=lines, membership_type_id=item_id, now=desk.now)
        elif kind == "gift_card":
            change_lines.add_gift_card(form=lines, gift_card_type_id=item_id, now=desk.now)
        else:
            change_lines.add_product(form=lines, product_id=item_id, now=desk.now)
        return _("Added.")

    return attempt(request, page, work=work)


@require_POST
@desk_view(Right.EDIT_VISITS)
def change_line(request: HttpRequest, desk: Desk, visit_id: int, line_id: int) -> HttpResponse:
    page = _checkout_page(request, desk, visit_id)
    line = next((row for row in page.window.lines if row.pk == line_id), None)
    if line is None:
        return again(request, page, form=None, problem=_("This line was removed before."))
    form = LineForm(
        request.POST,
        line=line,
        currency=page.window.bill.currency,
        may_edit_price=page.desk.may(Right.EDIT_PRICES),
    )
    named: tuple[str, Form] = (f"line-{line_id}", form)
    if not form.is_valid():
        return again(request, page, form=named)

    def work(decision: Decision) -> str:
        change_lines.change(
            form=_lines_form(request, page, decision), line_id=line_id, line_change=form.line_change(), now=desk.now
        )
        return _("Saved.")

    return attempt(request, page, work=work, form=named, field="price" if "price" in form.fields else "quantity")


@require_POST
@desk_view(Right.EDIT_VISITS)
def remove_line(request: HttpRequest, desk: Desk, visit_id: int, line_id: int) -> HttpResponse:
    page = _checkout_page(request, desk, visit_id)

    def work(decision: Decision) -> str:
        change_lines.remove(form=_lines_form(request, page, decision), line_id=line_id, now=desk.now)
        return _("Removed.")

    return attempt(request, page, work=work)


@require_POST
@desk_view(Right.TAKE_TENDERS)
def take(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """Cash, card terminal or bank transfer."""
    kind = request.POST.get("kind", "")
    page = replace(_checkout_page(request, desk, visit_id), pay=kind)
    if kind not in MONEY_PAYS:
        problem = _("Choose cash, card terminal or bank transfer.")
        return again(request, replace(page, pay=""), form=None, problem=problem)
    if was_answered(actor=page.desk.actor):
        return changed(request, replace(page, pay=""), _("This payment was taken before. Nothing more was recorded."))
    owed = page.window.state.payable
    form = TenderForm(request.POST, kind=kind, owed=owed)
    if not form.is_valid():
        return again(request, page, form=("tender", form))
    amount: Money = form.cleaned_data["amount"]
    if (
        amount > _most(kind, owed)
        and "insist" not in request.POST.getlist("decision")
        and page.window.state.paying is None
    ):
        ask = ask_overpaying(typed=request.POST, url=request.path, amount=money_text(amount), owed=money_text(owed))
        fresh = replace(page, forms={"tender": form}, ask=ask)
        return show(request, fresh, status=409)
    work = _taking(request, page, form)
    return attempt(request, page, work=work, form=("tender", form), field="amount", then=replace(page, pay=""))


@require_POST
@desk_view(Right.VOID_TENDERS)
def void(request: HttpRequest, desk: Desk, visit_id: int, tender_id: int) -> HttpResponse:
    page = _checkout_page(request, desk, visit_id)
    form = VoidForm(request.POST, tender_id=tender_id)
    named: tuple[str, Form] = (f"void-{tender_id}", form)
    if not form.is_valid():
        return again(request, page, form=named)

    def work(decision: Decision) -> str:
        take_tender.void(
            actor=page.desk.actor,
            visit_id=visit_id,
            tender_id=tender_id,
            reason=form.cleaned_data["reason"],
            expected_version=version_of(request),
            decision=decision,
            now=desk.now,
        )
        return _("Voided. It stays in the list with your reason.")

    return attempt(request, page, work=work, form=named, field="reason")


def _most(kind: str, owed: Money) -> Money:
    """What can be taken without overpaying: cash is rounded where small coins do not exist."""
    return max(owed, in_coins(owed), key=lambda one: one.minor) if kind == "cash" else owed


def _taking(request: HttpRequest, page: WindowPage, form: TenderForm) -> Work:
    amount: Money = form.cleaned_data["amount"]
    given: Money | None = form.cleaned_data.get("given")

    def work(decision: Decision) -> str:
        take_tender.take(
            actor=page.desk.actor,
            visit_id=page.window.visit.pk,
            kind=form.kind,
            amount=amount,
            given=given,
            expected_version=version_of(request),
            decision=decision,
            now=page.desk.now,
        )
        handed = in_coins(amount) if form.kind == "cash" else amount
        if given is not None and given > handed:
            words = {"amount": money_text(handed), "change": money_text(given - handed)}
            return _("%(amount)s in cash. Give back %(change)s.") % words
        texts = {
            "cash": _("%(amount)s in cash."),
            "card_terminal": _("%(amount)s by card terminal."),
            "bank_transfer": _("%(amount)s by bank transfer."),
        }
        return texts[form.kind] % {"amount": money_text(handed)}

    return work


def _checkout_page(request: HttpRequest, desk: Desk, visit_id: int) -> WindowPage:
    return replace(page_of(request, desk, visit_id), tab="checkout")


def _lines_form(request: HttpRequest, page: WindowPage, decision: Decision) -> LinesForm:
    return LinesForm(
        actor=page.desk.actor,
        visit_id=page.window.visit.pk,
        expected_version=version_of(request),
        decision=decision,
    )


def _found(desk: Desk, text: str, *, only: str) -> list[FoundItem]:
    place = {"business_id": desk.business.pk, "location_id": desk.location.pk}
    products = [_of_product(row, desk) for row in find_products(**place, text=text, limit=_SHOWN)]
    if only == "product":
        return products
    services = [_of_service(row, desk) for row in find_services(**place, text=text, limit=_SHOWN)]
    typed = text.strip()
    if typed and any(item.detail == typed for item in products):
        return products
    currency = desk.location.currency
    return [
        *services,
        *products,
        *(_of_membership(row, currency) for row in find_membership_types(**place, text=text, limit=_SHOWN)),
        *(_of_gift_card(row, currency) for row in find_gift_card_types(**place, text=text, limit=_SHOWN)),
    ]


def _with_photos(desk: Desk, found: list[FoundItem]) -> list[FoundItem]:
    urls: dict[str, str] = {}
    for kind in ("service", "product"):
        ids = [int(item.key.partition(":")[2]) for item in found if item.key.startswith(f"{kind}:")]
        if ids:
            urls |= {f"{kind}:{pk}": url for pk, url in photo_urls(desk=desk, kind=kind, ids=ids).items()}
    return [replace(item, photo_url=urls.get(item.key, "")) for item in found]


def _of_service(row: Service, desk: Desk) -> FoundItem:
    currency = desk.location.currency
    return FoundItem(
        key=f"service:{row.pk}",
        name=row.name,
        detail=_("%(n)s min") % {"n": row.duration_minutes},
        price=Money(row.price_minor, currency),
        price_max=None if row.price_max_minor is None else Money(row.price_max_minor, currency),
        icon="tag",
    )


def _of_product(row: Product, desk: Desk) -> FoundItem:
    price = Money(row.price_minor, desk.location.currency)
    return FoundItem(f"product:{row.pk}", row.name, row.sku or row.barcode, price, None, "package")


def _of_membership(row: MembershipType, currency: str) -> FoundItem:
    detail = _("%(n)s visits") % {"n": row.visits} if row.visits else _("membership")
    return FoundItem(f"membership:{row.pk}", row.name, detail, Money(row.price_minor, currency), None, "ticket-check")


def _of_gift_card(row: GiftCardType, currency: str) -> FoundItem:
    return FoundItem(f"gift_card:{row.pk}", row.name, _("gift card"), Money(row.price_minor, currency), None, "gift")


def _sentence(found: list[FoundItem], text: str) -> str:
    if not text:
        return _("Type a name, an SKU or a barcode, or choose from the list.")
    if not found:
        return _("Nothing here is called “%(text)s”. Check the spelling or the barcode.") % {"text": text}
    return _("“%(text)s” fits %(n)s items. Choose one from the list.") % {"text": text, "n": len(found)}
