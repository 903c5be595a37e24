"""Sentences that come from below the desk: their amounts, stored reasons and the names of our roles, in German."""

from __future__ import annotations

import pytest
from django.utils import translation

from quittance.businesses.models import Role, User
from quittance.desk.settings.role import _stored_name
from quittance.desk.tests.counter import Counter
from quittance.flows import make_link
from quittance.flows.errors import RefusedError
from quittance.payments.models import PaymentAccount
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.mark.row("M4")
def test_an_amount_in_a_refusal_is_written_as_in_german(at_noon: Salon):
    with translation.override("de"), pytest.raises(RefusedError, match=r"100,00\u00a0€"):
        make_link.make(
            actor=at_noon.actor,
            visit_id=at_noon.visit().pk,
            ask="amount",
            amount=at_noon.eur(10_001),
            now=at_noon.now,
        )


@pytest.mark.row("M4")
def test_our_roles_have_german_names_in_lists_and_a_name_of_the_owners_stays(at_noon: Salon, counter: Counter):
    Role.objects.create(business=at_noon.business, name="Nachtdienst", rights=[])
    User.objects.update(language="de")
    typed = {"email": "no address", "your_password": "a long password"}
    page = counter.client.post("/settings/people/invite", typed).content.decode()
    assert "Inhaber/in" in page and "Nachtdienst" in page
    assert ">Owner<" not in page


def test_a_name_of_ours_that_is_left_as_it_was_shown_stays_ours():
    ours = Role(name="Receptionist")
    with translation.override("de"):
        assert _stored_name("Empfang", ours) == "Receptionist"
        assert _stored_name("Tresen", ours) == "Tresen"
        assert _stored_name("Empfang", None) == "Empfang"


@pytest.mark.row("M4")
def test_why_an_account_does_not_work_is_said_in_german(at_noon: Salon, counter: Counter):
    PaymentAccount.objects.update(trouble="The stored keys of this account cannot be read; enter them again.")
    User.objects.update(language="de")
    page = counter.get(f"/finance/online-payments/accounts/{at_noon.account.pk}").content.decode()
    assert "Die gespeicherten Schlüssel dieses Kontos sind nicht lesbar" in page
