"""Saving a client card from the desk."""

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.clients.actions import ClientCard
from quittance.clients.models import Client
from quittance.core.actor import NotAllowedError
from quittance.core.ids import new_key
from quittance.flows.errors import FieldError, GoneError
from quittance.flows.save_client import save
from tests.support.salon import Salon


def saved(salon: Salon, *, client_id: int | None = None, **change) -> int:
    form = {
        "actor": salon.actor,
        "location_id": salon.location.pk,
        "card": ClientCard(name="Zoë Bell", phones=("030 901820",)),
        "now": salon.now,
    }
    return save(client_id=client_id, **{**form, **change})


def test_a_new_card_is_stored_and_audited_without_the_name(salon):
    client = Client.objects.get(pk=saved(salon))
    assert client.contact_points.get().value == "+4930901820"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id, entry.detail) == ("client.created", client.pk, {})


def test_a_card_is_changed(salon):
    saved(salon, client_id=salon.chloe.pk)
    salon.chloe.refresh_from_db()
    assert salon.chloe.name == "Zoë Bell"
    assert AuditEntry.objects.get().action == "client.changed"


def test_pressing_twice_makes_one_card(salon):
    salon.actor = replace(salon.actor, request_id=new_key())
    assert saved(salon) == saved(salon)
    assert Client.objects.count() == 2


def test_a_card_that_cannot_be_names_the_field_and_changes_nothing(salon):
    with pytest.raises(FieldError) as caught:
        saved(salon, client_id=salon.chloe.pk, card=ClientCard(name="Zoë", emails=("nothing",)))
    assert caught.value.field == "email"
    salon.chloe.refresh_from_db()
    assert salon.chloe.name == "Chloe"


@pytest.mark.row("K3")
def test_dan_and_people_without_the_right_change_no_card(salon):
    with pytest.raises(NotAllowedError):
        saved(salon, actor=replace(salon.actor, rights={}))
    with pytest.raises(GoneError):
        saved(salon, client_id=salon.chloe.pk + 100)
    dan = replace(salon.actor, business_id=salon.business.pk + 1)
    with pytest.raises(GoneError):
        saved(salon, client_id=salon.chloe.pk, actor=dan)
