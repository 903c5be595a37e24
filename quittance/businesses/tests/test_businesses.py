"""Businesses are closed against each other; rights are spelled out by location."""

from datetime import UTC, datetime

import pytest

from quittance.businesses import actions, queries
from quittance.businesses.models import Business, Location, User
from quittance.businesses.roles import DEFAULT_ROLES, RIGHT_LABELS, known_rights
from quittance.core.actor import Right

pytestmark = pytest.mark.django_db

BERLIN = actions.NewLocation(name="Mitte", currency="EUR", time_zone="Europe/Berlin", country="DE")
NEW_YORK = actions.NewLocation(name="Soho", currency="USD", time_zone="America/New_York", country="US")


@pytest.fixture
def salon() -> Business:
    return actions.create_business(name="Salon Ana")


@pytest.fixture
def mitte(salon) -> Location:
    return actions.add_location(business=salon, new=BERLIN)


@pytest.fixture
def soho(salon) -> Location:
    return actions.add_location(business=salon, new=NEW_YORK)


def a_user(name: str) -> User:
    return actions.create_user(email=f"{name}@demo.example", name=name.title(), password="a long pass phrase")


def test_a_new_business_has_the_five_default_roles(salon):
    assert [role.slug for role in queries.roles_of(business_id=salon.pk)] == [role.slug for role in DEFAULT_ROLES]
    assert salon.slug == "salon-ana"
    assert len(salon.installation_epoch) == 32


def test_a_second_business_of_the_same_name_gets_a_slug_of_its_own(salon):
    assert actions.create_business(name="Salon Ana").slug == "salon-ana-2"


def test_every_right_has_a_label_and_only_the_owner_may_change_payment_keys():
    assert set(RIGHT_LABELS) == set(Right)
    holders = [role.slug for role in DEFAULT_ROLES if Right.EDIT_PAYMENT_SETTINGS in role.rights]
    assert holders == ["owner"]


def test_the_bookkeeper_may_look_but_not_take_money():
    bookkeeper = next(role for role in DEFAULT_ROLES if role.slug == "bookkeeper")
    assert bookkeeper.rights == {Right.SEE_CALENDAR, Right.SEE_FINANCE}


@pytest.mark.row("K1", "K3")
def test_rights_differ_by_location_and_are_read_in_two_queries(salon, mitte, soho, django_assert_num_queries):
    ben = a_user("ben")
    actions.assign_role(user=ben, business=salon, role_slug="receptionist", location=mitte)
    actions.assign_role(user=ben, business=salon, role_slug="bookkeeper")
    with django_assert_num_queries(2):
        actor = queries.actor_for(user=ben, business_id=salon.pk, ip="10.0.0.9", request_id="abc")
    assert actor is not None
    assert actor.may(Right.EDIT_VISITS, mitte.pk)
    assert not actor.may(Right.EDIT_VISITS, soho.pk)
    assert actor.may(Right.SEE_FINANCE, soho.pk)
    assert (actor.ip, actor.request_id, actor.user_id) == ("10.0.0.9", "abc", ben.pk)


@pytest.mark.row("K3")
def test_dan_of_another_business_is_no_actor_here(salon, mitte):
    dan = a_user("dan")
    clinic = actions.create_business(name="Clinic Dan")
    actions.assign_role(user=dan, business=clinic, role_slug="owner")
    assert queries.actor_for(user=dan, business_id=salon.pk) is None
    assert queries.businesses_of(user=dan) == [clinic]
    with pytest.raises(Location.DoesNotExist):
        queries.location_by_id(business_id=clinic.pk, location_id=mitte.pk)


def test_an_inactive_user_may_nothing(salon, mitte):
    ana = a_user("ana")
    actions.assign_role(user=ana, business=salon, role_slug="owner")
    ana.is_active = False
    ana.save()
    assert queries.actor_for(user=ana, business_id=salon.pk) is None
    assert queries.businesses_of(user=ana) == []


def test_a_receptionist_of_one_place_switches_to_no_other(salon, mitte, soho):
    ben = a_user("ben")
    actions.assign_role(user=ben, business=salon, role_slug="receptionist", location=soho)
    actor = queries.actor_for(user=ben, business_id=salon.pk)
    assert actor is not None
    assert queries.locations_for(actor=actor) == [soho]


def test_assigning_the_same_role_twice_changes_nothing(salon):
    ana = a_user("ana")
    first = actions.assign_role(user=ana, business=salon, role_slug="owner")
    assert actions.assign_role(user=ana, business=salon, role_slug="owner") == first


def test_a_role_at_another_business_s_location_is_refused(salon):
    clinic = actions.create_business(name="Clinic")
    elsewhere = actions.add_location(business=clinic, new=BERLIN)
    with pytest.raises(actions.SettingError, match="another business"):
        actions.assign_role(user=a_user("ben"), business=salon, role_slug="owner", location=elsewhere)


def test_a_role_that_does_not_exist_is_refused(salon):
    with pytest.raises(actions.SettingError, match="no role"):
        actions.assign_role(user=a_user("ben"), business=salon, role_slug="king")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "EURO"}, "currency"),
        ({"currency": "ABQ"}, "currency"),
        ({"time_zone": "Berlin"}, "time_zone"),
        ({"country": "Germany"}, "country"),
        ({"opens_minute": 1200, "closes_minute": 600}, "opens_minute"),
        ({"name": "  "}, "name"),
    ],
)
def test_a_location_that_cannot_be_is_refused_naming_the_field(salon, change, field):
    plain = {"name": "Mitte", "currency": "EUR", "time_zone": "Europe/Berlin", "country": "DE"}
    with pytest.raises(actions.SettingError) as caught:
        actions.add_location(business=salon, new=actions.NewLocation(**{**plain, **change}))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [("not an address", "a long pass phrase", "email"), ("eva@demo.example", "short", "password")],
)
def test_a_log_in_that_cannot_be_is_refused_naming_the_field(email, password, field):
    with pytest.raises(actions.SettingError) as caught:
        actions.create_user(email=email, name="Eva", password=password)
    assert caught.value.field == field


def test_an_email_logs_in_one_person_only_however_it_is_written():
    a_user("ana")
    with pytest.raises(actions.SettingError, match="already"):
        actions.create_user(email="ANA@Demo.example", name="Ana", password="a long pass phrase")


def test_company_details_change_only_what_is_given(salon):
    actions.update_company_details(business_id=salon.pk, details=actions.CompanyDetails(legal_name="Ana GmbH"))
    business = actions.update_company_details(business_id=salon.pk, details=actions.CompanyDetails(tax_number=" DE1 "))
    assert (business.name, business.legal_name, business.tax_number) == ("Salon Ana", "Ana GmbH", "DE1")
    assert queries.missing_company_details(business) == ["legal_address", "bank_holder", "iban"]


def test_a_detail_that_is_too_long_is_refused(salon):
    with pytest.raises(actions.SettingError, match="Shorten"):
        actions.update_company_details(business_id=salon.pk, details=actions.CompanyDetails(tax_number="1" * 61))


def test_staff_stand_in_order_until_they_are_archived(mitte):
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    ben, eva = (actions.add_staff(location=mitte, name=name) for name in ("Ben", "Eva"))
    assert queries.staff_of(business_id=mitte.business_id, location_id=mitte.pk) == [ben, eva]
    assert actions.archive_staff(business_id=mitte.business_id, staff_id=ben.pk, now=now)
    assert not actions.archive_staff(business_id=mitte.business_id, staff_id=ben.pk, now=now)
    assert queries.staff_of(business_id=mitte.business_id, location_id=mitte.pk) == [eva]


def test_a_links_life_has_bounds(mitte):
    assert actions.set_link_life(business_id=mitte.business_id, location_id=mitte.pk, minutes=2880)
    with pytest.raises(actions.SettingError, match="5 minutes"):
        actions.set_link_life(business_id=mitte.business_id, location_id=mitte.pk, minutes=1)


def test_names_are_told_only_of_people_with_a_role_here(salon):
    ana, dan = a_user("ana"), a_user("dan")
    actions.assign_role(user=ana, business=salon, role_slug="owner")
    assert queries.names_of_users(business_id=salon.pk, user_ids={ana.pk, dan.pk}) == {ana.pk: "Ana"}


def test_rights_that_this_version_does_not_know_grant_nothing():
    assert known_rights(["see_calendar", "rule_the_world", 7]) == {Right.SEE_CALENDAR}
    assert known_rights("owner") == frozenset()
