"""What a visit sells is changed from the visit window: services, products, prices, discounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.bills.lines import LineChange
from quittance.bills.models import BillLine, MoneyCase
from quittance.businesses.models import Location
from quittance.catalog.actions import NewItem, add_product, add_service, add_tax_rate
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import cancel_visit, change_lines
from quittance.flows.change_lines import LinesForm
from quittance.flows.errors import ChangedMeanwhileError, GoneError, RefusedError
from quittance.payments.status import VisitStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(salon):
    return salon.visit()


@pytest.fixture
def tax(salon):
    return add_tax_rate(location=salon.location, name="19 %", ppm=190_000)


@pytest.fixture
def shampoo(salon, tax):
    return add_product(location=salon.location, item=NewItem(name="Shampoo", price=salon.eur(1_190), tax_rate=tax))


@pytest.fixture
def colour(salon):
    """A service of 40 to 60 euros."""
    item = NewItem(name="Colour", price=salon.eur(4_000))
    return add_service(location=salon.location, item=item, duration_minutes=60, price_max=salon.eur(6_000))


@pytest.fixture
def other_place(salon):
    return Location.objects.create(
        business=salon.business, name="Süd", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )


def form(salon, visit, **changed):
    return replace(LinesForm(salon.actor, visit.pk, salon.bill(visit).version), **changed)


def lines(visit):
    return BillLine.objects.filter(bill_id=visit.bill_id, removed_at__isnull=True).order_by("position")


def change(salon, visit, line_id, **values):
    return change_lines.change(
        form=form(salon, visit), line_id=line_id, line_change=LineChange(**values), now=salon.now
    )


def test_a_product_is_added_with_its_price_and_tax(salon, visit, shampoo):
    answer = change_lines.add_product(form=form(salon, visit), product_id=shampoo.pk, quantity=2, now=salon.now)
    line = lines(visit)[1]
    assert answer == {"line": line.pk, "version": salon.bill(visit).version}
    assert (line.kind, line.name, line.quantity, line.product_id) == ("product", "Shampoo", 2, shampoo.pk)
    assert (line.gross_minor, line.tax_minor, line.tax_name) == (2_380, 380, "19 %")
    assert salon.bill(visit).total_minor == 12_380
    entry = AuditEntry.objects.get(action="line.added")
    assert entry.detail["line"] == line.pk and entry.detail["to_version"] == answer["version"]


def test_a_service_with_a_range_counts_at_its_lowest_until_its_price_is_set(salon, visit, colour):
    added = change_lines.add_service(
        form=form(salon, visit), service_id=colour.pk, staff_id=salon.ben.pk, now=salon.now
    )
    line = lines(visit).get(pk=added["line"])
    assert (line.gross_minor, line.price_open, line.staff_id) == (4_000, True, salon.ben.pk)
    salon.cash(visit, 14_000)
    assert salon.status(visit) is VisitStatus.PART_PAID
    change(salon, visit, line.pk, unit_minor=4_000)
    assert salon.status(visit) is VisitStatus.PAID


@pytest.mark.parametrize(("minor", "fits"), [(3_999, False), (4_000, True), (6_000, True), (6_001, False)])
def test_a_price_outside_the_range_is_refused(salon, visit, colour, minor, fits):
    line_id = int(change_lines.add_service(form=form(salon, visit), service_id=colour.pk, now=salon.now)["line"])
    before = salon.bill(visit)
    if fits:
        change(salon, visit, line_id, unit_minor=minor)
        assert salon.bill(visit).total_minor == 10_000 + minor
    else:
        with pytest.raises(RefusedError, match=r"between €40\.00 and €60\.00"):
            change(salon, visit, line_id, unit_minor=minor)
        after = salon.bill(visit)
        assert (after.total_minor, after.version) == (14_000, before.version)


def test_quantity_and_discount_change_what_is_due(salon, visit):
    line_id = lines(visit)[0].pk
    change(salon, visit, line_id, quantity=3)
    assert salon.bill(visit).total_minor == 30_000
    change(salon, visit, line_id, discount_ppm=100_000)
    assert salon.bill(visit).total_minor == 27_000
    change(salon, visit, line_id, discount_minor=500)
    line = lines(visit)[0]
    assert (line.quantity, line.discount_ppm, line.discount_minor, line.gross_minor) == (3, 0, 500, 29_500)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"quantity": 0}, "quantity must be between"),
        ({"unit_minor": -1}, "zero or more"),
        ({"discount_minor": 10_001}, "larger than the price"),
        ({"discount_ppm": 10, "discount_minor": 10}, "not both"),
    ],
)
def test_numbers_that_cannot_be_are_refused_in_a_sentence(salon, visit, values, sentence):
    before = salon.bill(visit)
    with pytest.raises(RefusedError, match=sentence):
        change(salon, visit, lines(visit)[0].pk, **values)
    after = salon.bill(visit)
    assert (after.total_minor, after.version) == (10_000, before.version)


def test_a_removed_line_is_no_longer_due_and_cannot_be_changed(salon, visit):
    line_id = lines(visit)[0].pk
    answer = change_lines.remove(form=form(salon, visit), line_id=line_id, now=salon.now)
    assert (answer["line"], salon.bill(visit).total_minor, lines(visit).count()) == (line_id, 0, 0)
    assert BillLine.objects.get(pk=line_id).removed_at == salon.now
    with pytest.raises(RefusedError, match="removed before"):
        change_lines.remove(form=form(salon, visit), line_id=line_id, now=salon.now)
    with pytest.raises(RefusedError, match="removed before"):
        change(salon, visit, line_id, quantity=2)


def test_removing_what_was_paid_leaves_the_excess_with_a_case(salon, visit, shampoo):
    added = change_lines.add_product(form=form(salon, visit), product_id=shampoo.pk, now=salon.now)
    salon.cash(visit, 11_190)
    change_lines.remove(form=form(salon, visit), line_id=int(added["line"]), now=salon.now)
    case = MoneyCase.objects.get()
    assert (case.kind, case.amount_minor, salon.status(visit)) == ("overpaid", 1_190, VisitStatus.OVERPAID)


def test_what_is_not_offered_here_any_more_cannot_be_sold(salon, visit, shampoo, colour, other_place):
    sold_there = add_product(location=other_place, item=NewItem(name="Wax", price=salon.eur(100)))
    done_there = add_service(location=other_place, item=NewItem(name="Wax", price=salon.eur(100)), duration_minutes=10)
    for row in (shampoo, colour):
        row.archived_at = salon.now
        row.save()
    for product_id in (shampoo.pk, sold_there.pk):
        with pytest.raises(RefusedError, match="not sold here"):
            change_lines.add_product(form=form(salon, visit), product_id=product_id, now=salon.now)
    for service_id in (colour.pk, done_there.pk):
        with pytest.raises(RefusedError, match="not offered here"):
            change_lines.add_service(form=form(salon, visit), service_id=service_id, now=salon.now)
    assert salon.bill(visit).total_minor == 10_000


def test_a_line_of_another_visit_is_left_alone(salon, visit):
    theirs = lines(salon.visit())[0]
    with pytest.raises(RefusedError, match="removed before"):
        change(salon, visit, theirs.pk, unit_minor=1)
    theirs.refresh_from_db()
    assert theirs.unit_minor == 10_000


def test_a_cancelled_visit_sells_nothing_more(salon, visit, shampoo):
    cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, now=salon.now)
    with pytest.raises(RefusedError, match="cancelled"):
        change_lines.add_product(form=form(salon, visit), product_id=shampoo.pk, now=salon.now)


def test_a_form_filled_in_on_an_older_version_changes_nothing(salon, visit):
    stale = form(salon, visit)
    line_id = lines(visit)[0].pk
    change(salon, visit, line_id, quantity=2)
    with pytest.raises(ChangedMeanwhileError):
        change_lines.remove(form=stale, line_id=line_id, now=salon.now)
    assert salon.bill(visit).total_minor == 20_000


def test_another_price_or_a_discount_needs_its_own_right(salon, visit):
    line_id = lines(visit)[0].pk
    ben = replace(salon.actor, rights={salon.location.pk: frozenset({Right.EDIT_VISITS})})
    for values in ({"unit_minor": 1}, {"discount_ppm": 0}, {"discount_minor": 0}):
        with pytest.raises(NotAllowedError) as caught:
            change_lines.change(form=form(salon, visit, actor=ben), line_id=line_id, line_change=LineChange(**values), now=salon.now)  # fmt: skip
        assert caught.value.right is Right.EDIT_PRICES
    change_lines.change(form=form(salon, visit, actor=ben), line_id=line_id, line_change=LineChange(quantity=2), now=salon.now)  # fmt: skip
    assert salon.bill(visit).total_minor == 20_000


def test_dan_cannot_change_ana_s_visit(salon, visit):
    dan = replace(salon.actor, business_id=salon.business.pk + 1)
    with pytest.raises(GoneError):
        change_lines.remove(form=form(salon, visit, actor=dan), line_id=lines(visit)[0].pk, now=salon.now)
    nobody = replace(salon.actor, rights={})
    with pytest.raises(NotAllowedError):
        change_lines.remove(form=form(salon, visit, actor=nobody), line_id=lines(visit)[0].pk, now=salon.now)
    assert salon.bill(visit).total_minor == 10_000
