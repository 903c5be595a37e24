"""Law 14 from the attacker's side: a request id answers for one form of one person, and for nothing else."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from quittance.desk.access import request_id_of
from tests.attacks.world import Place

pytestmark = pytest.mark.django_db
ONE = "0123456789abcdef"


def test_t46_one_id_of_two_forms_or_two_people_is_two_requests(ana: Place) -> None:
    post = RequestFactory().post
    eve = ana.person(frozenset(), name="Eve")
    max_ = ana.person(frozenset(), name="Max")
    send, stop = "/visits/1/link/send", "/visits/1/payments/2/stop"
    ids = {request_id_of(post(path, {"request_id": ONE}), user) for path in (send, stop) for user in (eve, max_)}
    assert len(ids) == 4
    again = request_id_of(post(send, {"request_id": ONE, "other": "1"}), eve)
    assert again in ids and len(again) == 64


@pytest.mark.parametrize("typed", ["", "short", "x" * 65, "a b c d e f g h", "abcdefgh\n", "ａｂｃｄｅｆｇｈ"])
def test_an_id_that_is_none_of_ours_is_none(ana: Place, typed: str) -> None:
    eve = ana.person(frozenset(), name="Eve")
    assert request_id_of(RequestFactory().post("/visits/1", {"request_id": typed}), eve) == ""
