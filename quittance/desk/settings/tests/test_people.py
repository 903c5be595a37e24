from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Invitation, Location, Role, RoleAssignment, User
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

PAGE = "/settings/people"
PASSWORD = "a long password"
NEW_PASSWORD = "three words together"


def role(salon: Salon, slug: str, *rights: str) -> Role:
    found, _ = Role.objects.get_or_create(
        business=salon.business, slug=slug, defaults={"name": slug.capitalize(), "rights": list(rights)}
    )
    return found


def invited(counter: Counter, email: str, of: Role, where: object = "all") -> Any:
    typed = {"email": email, "role": of.pk, "location": where, "your_password": PASSWORD}
    return counter.client.post(f"{PAGE}/invite", typed)


def address_in_mail() -> str:
    text = mail.outbox[-1].body
    return "/accounts/" + text.split("/accounts/")[1].split()[0]


@pytest.mark.row("K1")
def test_ana_invites_ben_who_chooses_a_password_and_is_in(at_noon: Salon, counter: Counter):
    desk = role(at_noon, "receptionist", "see_calendar", "edit_visits")
    text = words(invited(counter, "Ben@Salon.example", desk))
    assert "The invitation is on its way to ben@salon.example." in text
    assert mail.outbox[-1].to == ["ben@salon.example"]
    token = address_in_mail().rsplit("/", 1)[1]
    assert token not in str(Invitation.objects.values())

    ben = Client()
    assert "You are invited to work here as: Receptionist · all locations." in words(ben.get(address_in_mail()))
    assert not User.objects.filter(email="ben@salon.example").exists()
    answer = ben.post(address_in_mail(), {"name": "Ben", "password": NEW_PASSWORD})
    assert answer.status_code == 302
    assert ben.get("/calendar").status_code == 200
    assert Client().get(address_in_mail()).status_code == 404
    assert AuditEntry.objects.filter(action="person.joined").count() == 1


@pytest.mark.row("K1")
def test_a_password_that_is_too_short_is_refused_and_the_invitation_stays(at_noon: Salon, counter: Counter):
    invited(counter, "ben@salon.example", role(at_noon, "guest"))
    answer = Client().post(address_in_mail(), {"name": "Ben", "password": "short"})
    assert answer.status_code == 422
    assert Client().get(address_in_mail()).status_code == 200
    assert not User.objects.filter(email="ben@salon.example").exists()


@pytest.mark.row("K1")
def test_an_invitation_ends_after_seven_days_or_when_it_is_revoked(at_noon: Salon, counter: Counter):
    invited(counter, "ben@salon.example", role(at_noon, "guest"))
    first = address_in_mail()
    at_noon.wait(days=7, minutes=1)
    assert Client().get(first).status_code == 404
    assert "too old, send it again" in words(counter.client.get(PAGE))
    open_one = Invitation.objects.get()
    counter.client.post(f"{PAGE}/invitations/{open_one.pk}/again")
    again = address_in_mail()
    assert again != first
    assert Client().get(again).status_code == 200
    newest = Invitation.objects.latest("pk")
    counter.client.post(f"{PAGE}/invitations/{newest.pk}/revoke")
    assert Client().get(again).status_code == 404
    assert counter.client.post(f"{PAGE}/invitations/{newest.pk}/revoke").status_code == 404


@pytest.mark.row("K1", "K3")
def test_dan_of_another_business_accepts_with_his_own_log_in(at_noon: Salon, counter: Counter):
    dan = User.objects.create_user("dan@clinic.example", PASSWORD, name="Dan")
    invited(counter, "dan@clinic.example", role(at_noon, "guest", "see_calendar"))
    address = address_in_mail()
    anybody = Client()
    assert "There is a log-in for dan@clinic.example already." in words(anybody.get(address))
    assert anybody.post(address, {"name": "X", "password": NEW_PASSWORD}).status_code == 422
    his = Client()
    his.force_login(dan)
    assert "You are logged in as Dan (dan@clinic.example)." in words(his.get(address))
    assert his.post(address).status_code == 302
    assert his.get("/calendar").status_code == 200
    dan.refresh_from_db()
    assert dan.check_password(PASSWORD)


@pytest.mark.row("K1")
def test_a_mail_that_cannot_leave_is_told_and_the_address_can_be_handed_over(
    at_noon: Salon, counter: Counter, settings: Any
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    text = words(invited(counter, "ben@salon.example", role(at_noon, "guest")))
    assert "could not be sent. Hand the address below over yourself." in text
    assert "/accounts/invitation/" in text


@pytest.mark.row("K1")
def test_nobody_gives_more_than_they_have(at_noon: Salon, counter: Counter):
    """Marie may decide about people and see the calendar, at one location only."""
    owner = Role.objects.get(slug="owner")
    lead = role(at_noon, "lead", "see_calendar", "edit_people")
    marie = User.objects.create_user("marie@salon.example", PASSWORD, name="Marie")
    RoleAssignment.objects.create(business=at_noon.business, user=marie, role=lead, location=at_noon.location)
    hers = Client()
    hers.force_login(marie)
    page = words(hers.get(f"{PAGE}/invite", follow=True))
    assert "Is it you?" in page

    def invite(of: Role, where: object) -> int:
        typed = {"email": "x@salon.example", "role": of.pk, "location": where, "your_password": PASSWORD}
        return int(hers.post(f"{PAGE}/invite", typed).status_code)

    assert invite(owner, at_noon.location.pk) == 422
    assert invite(lead, "all") == 422
    assert not Invitation.objects.exists()
    assert invite(lead, at_noon.location.pk) == 200
    ana = counter.user.pk
    for path in (f"{ana}/off", f"{ana}/end-sign-ins", f"{ana}/roles/{RoleAssignment.objects.get(user=ana).pk}/take"):
        answer = hers.post(f"{PAGE}/{path}", {"your_password": PASSWORD})
        assert answer.status_code == 422, path
    typed = {"name": "Lead", "rights": ["see_calendar", "edit_people"], "your_password": PASSWORD}
    assert hers.post(f"{PAGE}/roles/{lead.pk}", {**typed, "rights": ["see_calendar"]}).status_code == 422
    lead.refresh_from_db()
    assert lead.rights == ["see_calendar", "edit_people"]


@pytest.mark.row("K1")
def test_the_last_owner_stays(at_noon: Salon, counter: Counter):
    mine = RoleAssignment.objects.get(user=counter.user)
    lead = role(at_noon, "lead", "see_calendar", "edit_people")
    person = f"{PAGE}/{counter.user.pk}"
    counter.client.post(f"{person}/roles", {"role": lead.pk, "location": "all", "your_password": PASSWORD})
    answer = counter.client.post(f"{person}/roles/{mine.pk}/take", {"your_password": PASSWORD})
    assert "A business needs an owner." in words(answer)
    assert RoleAssignment.objects.filter(pk=mine.pk).exists()
    sign_in(at_noon, "owner", "second@salon.example")
    assert counter.client.post(f"{person}/roles/{mine.pk}/take", {"your_password": PASSWORD}).status_code == 302
    assert not RoleAssignment.objects.filter(pk=mine.pk).exists()


@pytest.mark.row("K1")
def test_switching_a_log_in_off_ends_every_sign_in_at_once(at_noon: Salon, counter: Counter):
    tablet = sign_in(at_noon, "receptionist", "ben@salon.example")
    ben = User.objects.get(email="ben@salon.example")
    phone = Client()
    phone.force_login(ben)
    assert tablet.get("/calendar").status_code == phone.get("/calendar").status_code == 200
    answer = counter.client.post(f"{PAGE}/{ben.pk}/off", {"your_password": PASSWORD}, follow=True)
    assert "Switched off. Every sign-in of this person has ended." in words(answer)
    assert tablet.get("/calendar").status_code == phone.get("/calendar").status_code == 302
    again = Client()
    again.force_login(User.objects.get(pk=ben.pk))
    assert again.get("/calendar").status_code == 403
    counter.client.post(f"{PAGE}/{ben.pk}/on")
    assert again.get("/calendar").status_code == 200
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "person.deactivated",
        "person.reactivated",
    ]


@pytest.mark.row("K1")
def test_nobody_switches_themselves_off(counter: Counter):
    answer = counter.client.post(f"{PAGE}/{counter.user.pk}/off", {"your_password": PASSWORD})
    assert "You cannot switch off your own log-in." in words(answer)


@pytest.mark.row("K1")
def test_a_role_is_made_and_changed_and_holds_at_once(at_noon: Salon, counter: Counter):
    typed = {"name": "Trainee", "rights": ["see_calendar", "edit_visits"], "your_password": PASSWORD}
    assert counter.client.post(f"{PAGE}/roles/new", typed).status_code == 302
    trainee = Role.objects.get(slug="trainee")
    ben = User.objects.create_user("ben@salon.example", PASSWORD, name="Ben")
    RoleAssignment.objects.create(business=at_noon.business, user=ben, role=trainee)
    his = Client()
    his.force_login(ben)
    assert his.get("/visits/new").status_code == 200
    counter.client.post(f"{PAGE}/roles/{trainee.pk}", {**typed, "rights": ["see_calendar"]})
    assert his.get("/visits/new").status_code == 403
    owner = Role.objects.get(slug="owner")
    assert counter.client.post(f"{PAGE}/roles/{owner.pk}", typed).status_code == 422
    assert "An owner may do everything." in words(counter.client.get(f"{PAGE}/roles/{owner.pk}"))
    assert "There is a role of this name already." in words(counter.client.post(f"{PAGE}/roles/new", typed))


@pytest.mark.row("K1")
def test_rights_hold_at_the_location_where_they_were_given(at_noon: Salon, counter: Counter):
    other = Location.objects.create(
        business=at_noon.business, name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH", position=1
    )
    ben = User.objects.create_user("ben@salon.example", PASSWORD, name="Ben")
    guest = role(at_noon, "guest", "see_calendar")
    RoleAssignment.objects.create(business=at_noon.business, user=ben, role=guest, location=at_noon.location)
    lead = role(at_noon, "lead", "see_calendar", "edit_settings")
    counter.client.post(f"{PAGE}/{ben.pk}/roles", {"role": lead.pk, "location": other.pk, "your_password": PASSWORD})
    his = Client()
    his.force_login(ben)
    assert his.get("/settings/").status_code == 403
    his.post("/location", {"location": other.pk})
    assert his.get("/settings/").status_code == 200


@pytest.mark.row("K3")
def test_people_and_roles_of_another_business_are_not_there(at_noon: Salon, counter: Counter):
    from quittance.businesses.actions import create_business

    dans = create_business(name="Dan's clinic")
    dan = User.objects.create_user("dan@clinic.example", PASSWORD, name="Dan")
    his = RoleAssignment.objects.create(business=dans, user=dan, role=dans.roles.get(slug="owner"))
    for path in (f"{dan.pk}/off", f"{dan.pk}/end-sign-ins", f"{dan.pk}/roles/{his.pk}/take"):
        assert counter.client.post(f"{PAGE}/{path}", {"your_password": PASSWORD}).status_code == 404, path
    theirs = dans.roles.get(slug="receptionist").pk
    typed = {"email": "x@salon.example", "role": theirs, "location": "all", "your_password": PASSWORD}
    assert counter.client.post(f"{PAGE}/invite", typed).status_code == 422
    assert counter.client.get(f"{PAGE}/roles/{theirs}").status_code == 404
    assert "Dan" not in words(counter.client.get(PAGE))


def test_one_pressing_that_arrives_twice_invites_once(at_noon: Salon, counter: Counter):
    of = role(at_noon, "guest")
    typed = {
        "email": "ben@salon.example", "role": of.pk, "location": "all", "your_password": PASSWORD,
        "request_id": "pressed-twice-1",
    }  # fmt: skip
    counter.client.post(f"{PAGE}/invite", typed)
    counter.client.post(f"{PAGE}/invite", typed)
    assert Invitation.objects.count() == len(mail.outbox) == 1


def test_the_words_of_a_token_that_is_none_find_nothing(at_noon: Salon):
    for token in ("x", "ab-_" * 5 + "xy", "no token" * 60, "ä" * 22):
        assert Client().get(f"/accounts/invitation/{token}").status_code == 404
