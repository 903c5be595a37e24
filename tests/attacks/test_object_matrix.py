"""T46: every route, every kind of person, own and foreign objects. Foreign is 404 or 403, and nothing moves or shows."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from quittance.businesses.models import Location
from quittance.businesses.roles import DEFAULT_ROLES
from quittance.core.actor import Right
from tests.attacks.addresses import addresses
from tests.attacks.asking import ask, methods
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import Place, browser, rows_of, tried

pytestmark = pytest.mark.django_db
ALL = frozenset(Right)
OF_STAFF = [name for name in NAMES if ROUTES[name].who is Who.STAFF]
OF_CLIENTS = [name for name in NAMES if ROUTES[name].who is Who.TOKEN]
WITH_NAMES = [name for name in NAMES if ROUTES[name].names]


def let_in(response: HttpResponse) -> bool:
    """Whether the person was served; leading to sign-in is not serving."""
    return response.status_code < 400 and "/accounts/login/" not in response.headers.get("Location", "")


def test_t46_every_route_is_classified() -> None:
    there = {name for name, _ in addresses()}
    missing, gone = there - set(ROUTES), set(ROUTES) - there
    assert not missing, f"classify these routes in tests/attacks/routes.py: {sorted(missing)}"
    assert not gone, f"these routes are no more, take them out of tests/attacks/routes.py: {sorted(gone)}"


def test_t46_only_known_parts_stand_in_addresses() -> None:
    """A part of an address that names a row is filled by the table; a new kind of part must be thought about."""
    for name, parts in addresses():
        assert parts == set(ROUTES[name].args), name


@pytest.mark.row("K1")
@pytest.mark.parametrize("name", OF_STAFF)
def test_t46_each_right_opens_and_its_absence_closes(ana: Place, name: str) -> None:
    route = ROUTES[name]
    # A person without SEE_CALENDAR has no role worth the name at the desk, so it stands beside what is tried.
    least = route.needs | set(list(route.one_of)[:1]) or frozenset({Right.SEE_CALENDAR})
    served = [("least", frozenset(least), True), ("everything", ALL, True)]
    served += [(f"without-{right.value}", ALL - {right}, False) for right in sorted(route.needs)]
    served += [("without-any-of", ALL - route.one_of, False)] if route.one_of else []
    served += [(role.slug, role.rights, route.allows(role.rights)) for role in DEFAULT_ROLES]
    for who, rights, expected in served:
        one = browser(ana.person(rights, name=who))
        for method in methods(route):
            with tried():
                before = rows_of(ana.salon.business.pk)
                response = ask(one, method, name, ana)
                assert let_in(response) is expected, (who, method, response.status_code, response.content[:600])
                changed = rows_of(ana.salon.business.pk) != before
            if not expected:
                assert response.status_code == 403, (who, method)
            assert changed is (expected and method == "post" and not route.changes_nothing), (who, method)


@pytest.mark.row("K3")
@pytest.mark.parametrize("name", OF_STAFF)
def test_t46_dan_reaches_nothing_of_anas(ana: Place, dan: Place, name: str) -> None:
    route = ROUTES[name]
    at_dans = browser(dan.person(ALL, name="Dan"))
    for method in methods(route):
        before = rows_of(ana.salon.business.pk)
        with tried():
            response = ask(at_dans, method, name, ana)
            unmoved = rows_of(ana.salon.business.pk) == before
        assert unmoved, method
        assert not ana.names_anything_in(response.content), (method, ana.names_anything_in(response.content))
        if not _ROW_PARTS.isdisjoint(route.args):
            assert response.status_code in {403, 404}, (method, response.status_code)
        elif route.names and (method == "post" or route.query):
            assert response.status_code in {403, 404, 422}, (method, response.status_code)


@pytest.mark.row("K3")
@pytest.mark.parametrize("name", WITH_NAMES)
def test_t46_a_row_of_anas_named_inside_dans_own_form_is_not_found(ana: Place, dan: Place, name: str) -> None:
    at_dans = browser(dan.person(ALL, name="Dan"))
    before, dans_before = rows_of(ana.salon.business.pk), rows_of(dan.salon.business.pk)
    for method in methods(ROUTES[name]):
        with tried():
            response = ask(at_dans, method, name, dan, other=ana)
            after, dans_after = rows_of(ana.salon.business.pk), rows_of(dan.salon.business.pk)
        assert after == before, method
        assert not ana.names_anything_in(response.content), (method, ana.names_anything_in(response.content))
        assert dans_after == dans_before, f"{method}: a row of Ana's was taken into Dan's"
        if method == "post" and name not in _TOLD_APART:
            assert response.status_code in {403, 404, 409, 422}, (method, response.status_code)


@pytest.mark.row("K1", "K3")
@pytest.mark.parametrize("name", [name for name in OF_STAFF if "visit_id" in ROUTES[name].args])
def test_t46_a_place_without_a_role_is_closed_inside_the_same_business(ana: Place, name: str) -> None:
    other = Location.objects.create(
        business=ana.salon.business, name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH", position=1
    )
    one = browser(ana.person(ALL, name="Eva", location_id=other.pk))
    for method in methods(ROUTES[name]):
        before = rows_of(ana.salon.business.pk)
        with tried():
            response = ask(one, method, name, ana)
            unmoved = rows_of(ana.salon.business.pk) == before
        assert response.status_code in {403, 404}, (method, response.status_code)
        assert unmoved, method


@pytest.mark.row("K1")
@pytest.mark.parametrize("name", [name for name in NAMES if ROUTES[name].who in {Who.STAFF, Who.SIGNED_IN}])
@pytest.mark.parametrize("holds_link", [False, True], ids=["anonymous", "client"])
def test_t46_without_sign_in_there_is_nothing_but_the_sign_in_page(ana: Place, name: str, holds_link: bool) -> None:
    one = browser()
    if holds_link:
        assert one.get(f"/p/{ana.token}").status_code == 200
    for method in methods(ROUTES[name]):
        before = rows_of(ana.salon.business.pk)
        response = ask(one, method, name, ana)
        assert not let_in(response), method
        assert response.status_code in {302, 401}, (method, response.status_code)
        assert not ana.names_anything_in(response.content), method
        assert rows_of(ana.salon.business.pk) == before, method


@pytest.mark.row("C1")
@pytest.mark.parametrize("name", OF_CLIENTS)
def test_t46_a_link_opens_its_own_visit_and_no_other(ana: Place, dan: Place, name: str) -> None:
    for method in methods(ROUTES[name]):
        for own, foreign in ((ana, dan), (dan, ana)):
            before = rows_of(foreign.salon.business.pk)
            with tried():
                response = ask(browser(), method, name, own)
                unmoved = rows_of(foreign.salon.business.pk) == before
            assert response.status_code < 400, (method, response.status_code)
            assert not foreign.names_anything_in(response.content), method
            assert unmoved, method


@pytest.mark.row("C1")
@pytest.mark.parametrize("name", [name for name in OF_CLIENTS if "key" in ROUTES[name].typed])
def test_t46_the_form_of_one_link_does_not_fit_another(ana: Place, dan: Place, name: str) -> None:
    """Dan has his own link, and its form key; with Ana's address they do nothing."""
    before = rows_of(ana.salon.business.pk)
    with tried():
        from tests.attacks.asking import address, send, typed

        response = send(browser(), name, address(name, ana), typed(name, dan))
        unmoved = rows_of(ana.salon.business.pk) == before
    assert response.status_code in {204, 303}
    assert unmoved


def test_t46_a_notice_signed_for_one_account_is_refused_at_another_address(ana: Place, dan: Place) -> None:
    """Both salons' accounts are at the same bank here; what differs is the address and the secret."""
    bank = ana.salon.bank
    page = ana.salon.payment(ana.paying).address
    bank.pay(page)
    notice = bank.webhook(page)
    bank.secrets = ["another secret"]
    before = rows_of(ana.salon.business.pk), rows_of(dan.salon.business.pk)
    for token in (ana.salon.account.address_token, dan.salon.account.address_token):
        answer = browser().post(
            f"/inbound/fake/{token}", notice.body, content_type="application/json", headers=dict(notice.headers)
        )
        assert answer.status_code == 400
    assert (rows_of(ana.salon.business.pk), rows_of(dan.salon.business.pk)) == before


_ROW_PARTS = {"visit_id", "appointment_id", "account_id", "case_id", "payment_id"}
# These answer a row that is not theirs as they answer one that never was: nothing is undone, nothing is found.
_TOLD_APART = {"desk:undo_send"}
