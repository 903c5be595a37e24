from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.audit import actions as audit
from quittance.audit.models import DeskRequest
from quittance.clients.models import Client
from quittance.flows._once import once
from quittance.flows.errors import RefusedError

pytestmark = pytest.mark.django_db


@pytest.fixture
def pressing(salon):
    return replace(salon.actor, request_id="r" * 32)


def make_card(salon):
    """The work: a card more."""
    return {"client": Client.objects.create(business=salon.business, name="Eva", created_at=salon.now).pk}


def cards():
    return Client.objects.filter(name="Eva").count()


def test_a_repeat_shows_the_first_answer_and_does_nothing(salon, pressing):
    first = once(actor=pressing, action="client.created", now=salon.now, work=lambda: make_card(salon))
    again = once(actor=pressing, action="client.created", now=salon.now, work=lambda: make_card(salon))
    assert first == again
    assert (cards(), DeskRequest.objects.get().action) == (1, "client.created")


def test_without_a_request_id_each_pressing_is_its_own(salon):
    for _ in range(2):
        once(actor=salon.actor, action="client.created", now=salon.now, work=lambda: make_card(salon))
    assert (cards(), DeskRequest.objects.count()) == (2, 0)


def test_who_was_slower_undoes_their_own_work_and_shows_the_first_answer(salon, pressing):
    def work():
        # The same pressing arrived at another process, which is done by now.
        audit.remember_answer(actor=pressing, action="client.created", result={"client": 1}, now=salon.now)
        return make_card(salon)

    with pytest.MonkeyPatch.context() as patched:
        answers = iter([None, {"client": 1}])
        patched.setattr(audit, "first_answer", lambda **_: next(answers))
        assert once(actor=pressing, action="client.created", now=salon.now, work=work) == {"client": 1}
    assert cards() == 0


def test_what_stood_in_the_way_may_be_what_the_same_pressing_did(salon, pressing):
    def refused():
        raise RefusedError("Ben is booked then.")

    with pytest.MonkeyPatch.context() as patched:
        answers = iter([None, {"visit": 7}])
        patched.setattr(audit, "first_answer", lambda **_: next(answers))
        assert once(actor=pressing, action="visit.booked", now=salon.now, work=refused) == {"visit": 7}


def test_a_refusal_of_the_first_pressing_is_told_and_nothing_is_remembered(salon, pressing):
    def refused():
        make_card(salon)
        raise RefusedError("Ben is booked then.")

    with pytest.raises(RefusedError, match="Ben is booked"):
        once(actor=pressing, action="visit.booked", now=salon.now, work=refused)
    assert (cards(), DeskRequest.objects.count()) == (0, 0)
