from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from quittance.businesses.models import Role, RoleAssignment, User
from quittance.businesses.roles import DEFAULT_ROLES
from quittance.core import clock
from quittance.desk.tests.counter import Counter
from quittance.flows.tests.post_office import PostOffice, open_post_office
from tests.support.salon import Salon


def sign_in(salon: Salon, role_slug: str, email: str) -> Client:
    role = next(role for role in DEFAULT_ROLES if role.slug == role_slug)
    row, _ = Role.objects.get_or_create(
        business=salon.business,
        slug=role.slug,
        defaults={"name": role.name, "rights": sorted(right.value for right in role.rights)},
    )
    user = User.objects.create_user(email, "a long password", name="Ana Fischer")
    RoleAssignment.objects.create(business=salon.business, user=user, role=row)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def at_noon(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """The salon, with the faces reading the salon's clock."""
    monkeypatch.setattr(clock, "now", lambda: salon.now)
    return salon


@pytest.fixture
def counter(at_noon: Salon) -> Counter:
    """Ana, who may do everything."""
    client = sign_in(at_noon, "owner", "ana@salon.example")
    return Counter(at_noon, client, User.objects.get(email="ana@salon.example"))


@pytest.fixture
def office(salon: Salon) -> Iterator[PostOffice]:
    with open_post_office(salon) as office:
        yield office
