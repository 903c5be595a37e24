"""Signatures by the official vectors, and what an event speaks of."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import stripe

from quittance.core.secret import Secret
from quittance.payment_systems.port import BadSignatureError, InboundRequest, Reference
from quittance.payment_systems.stripe.tests.spec_check import spec_path
from quittance.payment_systems.stripe.webhooks import notice_of, notices_of, verified_body

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
SECRET = "whsec_salon"


def request(body: bytes, header: str, received_at: datetime = NOW) -> InboundRequest:
    return InboundRequest({"stripe-signature": header}, body, received_at)


def signed(body: bytes, secret: str = SECRET) -> str:
    stamp = int(NOW.timestamp())
    return str(stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=stamp))


def vectors() -> dict[str, Any]:
    found = spec_path()
    path = Path(found.parent if found else ".") / "signature-vectors.json"
    if not path.is_file():
        pytest.skip("signature-vectors.json is not here: set QUITTANCE_SPECS to its folder")
    loaded: dict[str, Any] = json.loads(path.read_text())["stripe"]
    return loaded


def test_the_official_vector_verifies_at_its_time_and_its_v0_is_ignored():
    for vector in vectors()["vectors"]:
        at = datetime.fromtimestamp(vector["timestamp"], UTC)
        body = vector["payload"].encode()
        assert verified_body(request(body, vector["header_value"], at), [Secret(vector["secret"])]) == body
        only_v0 = ",".join(part for part in vector["header_value"].split(",") if not part.startswith("v1"))
        with pytest.raises(BadSignatureError, match="scheme v1"):
            verified_body(request(body, only_v0, at), [Secret(vector["secret"])])


def test_one_right_signature_among_several_is_enough():
    body = b'{"object": "event"}'
    header = signed(body)
    crowded = header.replace(",v1=", f",v0={'0' * 64},v1={'0' * 64},v1=", 1)
    assert verified_body(request(body, crowded), [Secret("whsec_other"), Secret(SECRET)]) == body


@pytest.mark.parametrize(
    "header",
    [
        "",
        "v1=abc",
        "t=1,t=2,v1=abc",
        "t=,v1=abc",
        "t=-5,v1=abc",
        "t=١٢٣,v1=abc",
        "t=12.5,v1=abc",
        f"t={'9' * 13},v1=abc",
        "t=1795701600",
        "t=1795701600," + ",".join(["v1=a"] * 21),
    ],
)
def test_headers_that_cannot_be_read_are_refused(header):
    with pytest.raises(BadSignatureError):
        verified_body(request(b"{}", header), [Secret(SECRET)])


def test_signatures_with_other_letters_than_hex_are_refused_not_crashed_on():
    with pytest.raises(BadSignatureError, match="does not match"):
        verified_body(request(b"{}", f"t={int(NOW.timestamp())},v1=ü"), [Secret(SECRET)])


def event(thing: dict[str, Any], kind: str = "checkout.session.completed", **more: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": kind,
        "created": 1795701600,
        "livemode": True,
        "data": {"object": thing},
    } | more


@pytest.mark.parametrize(
    ("thing", "references"),
    [
        ({"object": "checkout.session", "id": "cs_1", "payment_intent": None}, [("checkout", "cs_1")]),
        (
            {"object": "checkout.session", "id": "cs_1", "payment_intent": "pi_1"},
            [("checkout", "cs_1"), ("intent", "pi_1")],
        ),
        ({"object": "payment_intent", "id": "pi_1", "latest_charge": "ch_1"}, [("intent", "pi_1"), ("charge", "ch_1")]),
        (
            {"object": "payment_intent", "id": "pi_1", "latest_charge": {"id": "ch_1"}},
            [("intent", "pi_1"), ("charge", "ch_1")],
        ),
        ({"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}, [("charge", "ch_1"), ("intent", "pi_1")]),
        (
            {"object": "refund", "id": "re_1", "charge": "ch_1", "payment_intent": "pi_1"},
            [("refund", "re_1"), ("intent", "pi_1"), ("charge", "ch_1")],
        ),
        (
            {"object": "dispute", "id": "dp_1", "charge": "ch_1", "payment_intent": "pi_1"},
            [("dispute", "dp_1"), ("intent", "pi_1"), ("charge", "ch_1")],
        ),
        ({"object": "customer", "id": "cus_1"}, []),
    ],
)
def test_an_event_names_every_reference_it_knows(thing, references):
    notice = notice_of(event(thing | {"metadata": {"quittance_key": "k"}}))
    assert notice.references == tuple(Reference(kind, value) for kind, value in references)
    assert (notice.event_id, notice.kind, notice.at, notice.live) == ("evt_1", "checkout.session.completed", NOW, True)
    assert notice.metadata == {"quittance_key": "k"}


def test_test_money_on_a_live_account_is_told_apart():
    """T01 (vi): the caller answers 200 and leaves it alone."""
    assert notice_of(event({"object": "charge", "id": "ch_1"}, livemode=False)).live is False


@pytest.mark.parametrize(
    ("related", "references"),
    [
        ({"id": "cs_1", "type": "checkout.session", "url": "/v1/x"}, (Reference("checkout", "cs_1"),)),
        ({"id": "ba_1", "type": "billing.meter"}, ()),
        (None, ()),
    ],
)
@pytest.mark.parametrize("created", ["2026-11-26T14:00:00.000Z", "2026-11-26T14:00:00"])
def test_a_thin_event_of_the_second_api_only_names_its_object(related, references, created):
    body = {
        "id": "evt_2",
        "object": "v2.core.event",
        "type": "v1.checkout.session.completed",
        "created": created,
        "livemode": True,
        "related_object": related,
    }
    (notice,) = notices_of(json.dumps(body).encode())
    assert (notice.references, notice.at, notice.live) == (references, NOW, True)


@pytest.mark.parametrize(
    "body",
    [
        event({"object": "charge"}) | {"data": None},
        event({"object": "charge"}) | {"created": "soon"},
        event({"object": "charge"}) | {"created": 10**30},
        event({"object": "charge"}) | {"data": {"object": []}},
        {"object": "v2.core.event", "id": "evt_1", "created": "soon"},
        {"object": "list"},
    ],
)
def test_events_of_another_shape_are_refused(body):
    with pytest.raises(BadSignatureError):
        notices_of(json.dumps(body).encode())
