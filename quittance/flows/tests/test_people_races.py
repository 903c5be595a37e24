"""Two people change each other at the same moment: the business's row puts them one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from quittance.businesses.actions import NewLocation, add_location, assign_role, create_business, create_user
from quittance.businesses.models import Invitation, RoleAssignment, User
from quittance.businesses.queries import actor_for
from quittance.core import clock
from quittance.core.actor import Actor
from quittance.flows import change_person, invite_person
from quittance.flows.errors import FieldError, GoneError

PASSWORD = "three words together"


@pytest.mark.row("K1")
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_switch_each_other_off_leave_one_owner():
    business = create_business(name="Salon Ana")
    users = [create_user(email=f"{name}@salon.example", name=name, password=PASSWORD) for name in ("ana", "ben")]
    for user in users:
        assign_role(user=user, business=business, role_slug="owner")
    add_location(
        business=business, new=NewLocation(name="Mitte", currency="EUR", time_zone="Europe/Berlin", country="DE")
    )
    both = Barrier(2)

    def switch_off(me: User, other: User) -> bool:
        actor = actor_for(user=me, business_id=business.pk)
        assert actor is not None
        both.wait()
        try:
            change_person.deactivate(actor=actor, user_id=other.pk, now=clock.now())
        except FieldError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(switch_off, users, users[::-1]))
    assert sorted(done) == [False, True]
    assert RoleAssignment.objects.filter(deactivated_at__isnull=True).count() == 1


@pytest.mark.row("K1")
@pytest.mark.django_db(transaction=True)
def test_an_invitation_that_two_accept_at_once_takes_one():
    business = create_business(name="Salon Ana")
    ana = create_user(email="ana@salon.example", name="Ana", password=PASSWORD)
    assign_role(user=ana, business=business, role_slug="owner")
    invited = invite_person.invite(
        actor=Actor.system(business.pk),
        email="guest@salon.example",
        role_id=business.roles.get(slug="receptionist").pk,
        location_id=None,
        now=clock.now(),
    )
    token = invited.address.rsplit("/", 1)[1]
    users = [create_user(email=f"{name}@clinic.example", name=name, password=PASSWORD) for name in ("dan", "eve")]
    both = Barrier(2)

    def accept(user: User) -> bool:
        both.wait()
        try:
            invite_person.accept(token=token, user=user, ip="203.0.113.7", now=clock.now())
        except GoneError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(accept, users))
    assert sorted(done) == [False, True]
    assert RoleAssignment.objects.filter(user__in=users).count() == 1
    assert Invitation.objects.get().accepted_by in users
