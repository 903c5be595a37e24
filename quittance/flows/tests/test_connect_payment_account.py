"""Keys of a payment account: checked before they are kept, never taken for another account's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import connect_payment_account
from quittance.flows.connect_payment_account import KeysError
from quittance.flows.errors import FlowError, GoneError
from quittance.payment_systems import registry
from quittance.payment_systems.fake import FAKE_LISTING
from quittance.payment_systems.port import (
    CredentialField,
    MisconfiguredError,
    RateLimitedError,
    SystemListing,
)
from quittance.payments.models import PaymentAccount

pytestmark = pytest.mark.django_db

FIELDS = (
    CredentialField("publishable_key", "Publishable key", secret=False),
    CredentialField("secret_key", "Secret key"),
    CredentialField("signing_secrets", "Signing secrets", several=True, required=False),
)
TYPED = {"publishable_key": "pk_test_abcd1234", "secret_key": "sk_test_canary9876"}


def problems(credentials):
    found = {}
    if not str(credentials.get("secret_key", "")).startswith("sk_"):
        found["secret_key"] = "The secret key begins with sk_."
    if not credentials.get("signing_secrets"):
        found["signing_secrets"] = "Enter a signing secret."
    elif any(not one.startswith("whsec_") for one in credentials["signing_secrets"]):
        found["signing_secrets"] = "A signing secret begins with whsec_."
    return found


@pytest.fixture
def keyed(salon):
    """The fake bank with the form of a real payment system."""
    listing = SystemListing("fake", "Fake bank", FIELDS, FAKE_LISTING.webhook_events, FAKE_LISTING.fee_note)
    registry.register(listing, salon.bank.open, problems)
    return salon


def connect(salon, fields=TYPED, **more):
    return connect_payment_account.connect(
        **{"actor": salon.actor, "system": "fake", "fields": fields, "now": salon.now, **more}
    )


def held(account):
    return json.loads(PaymentAccount.objects.get(pk=account.pk).credentials.reveal())


def test_the_signing_secret_may_come_later_and_blank_boxes_keep_what_is_stored(keyed):
    first = connect(keyed)
    assert held(first) == TYPED | {"signing_secrets": []}
    assert (first.key_last4, first.secret_last4, first.label) == ("1234", "9876", "Salon Ana")
    assert "signing secret is missing" in connect_payment_account.missing_setup(first)
    again = connect(keyed, {"signing_secrets": " whsec_one \n\n whsec_two "}, account_id=first.pk)
    assert again.pk == first.pk
    assert held(first) == TYPED | {"signing_secrets": ["whsec_one", "whsec_two"]}
    connect(keyed, {}, account_id=first.pk)
    assert held(first) == TYPED | {"signing_secrets": ["whsec_one", "whsec_two"]}
    assert connect_payment_account.missing_setup(PaymentAccount.objects.get(pk=first.pk)) == ""


def test_an_account_in_trouble_says_so_when_its_set_up_is_complete(keyed):
    account = connect(keyed, TYPED | {"signing_secrets": "whsec_one"})
    account.trouble = "The key was revoked."
    assert connect_payment_account.missing_setup(account) == "The key was revoked."


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        (TYPED | {"secret_key": "pk_wrong"}, {"secret_key"}),
        (TYPED | {"signing_secrets": "wrong"}, {"signing_secrets"}),
        ({}, {"secret_key"}),
    ],
)
def test_a_form_with_a_mistake_names_the_field_and_asks_nobody(keyed, fields, named):
    with pytest.raises(KeysError) as caught:
        connect(keyed, fields)
    assert set(caught.value.problems) == named
    assert str(caught.value) == "Check the keys: " + " ".join(caught.value.problems.values())
    assert (held(keyed.account), PaymentAccount.objects.count(), keyed.bank.requests) == ({}, 1, [])


def test_keys_that_the_payment_system_refuses_are_not_kept(keyed):
    before = held(keyed.account)
    keyed.bank.refuse_next(MisconfiguredError("The key was revoked."))
    with pytest.raises(KeysError) as caught:
        connect(keyed)
    assert caught.value.problems == {"secret_key": "The key was revoked."}
    assert (held(keyed.account), PaymentAccount.objects.count()) == (before, 1)


def test_a_payment_system_in_a_hurry_is_asked_again_later(keyed):
    keyed.bank.refuse_next(RateLimitedError(5))
    with pytest.raises(FlowError, match="could not be checked"):
        connect(keyed)
    assert held(keyed.account) == {}


@pytest.mark.parametrize(("was_live", "said"), [(False, "These are live keys; this account is a test account"), (True, "These are test keys; this account is a live account")])  # fmt: skip
def test_live_keys_never_replace_test_keys_nor_the_other_way(keyed, was_live, said):
    PaymentAccount.objects.update(live=was_live)
    keyed.bank.live = not was_live
    with pytest.raises(KeysError, match=said):
        connect(keyed, account_id=keyed.account.pk)
    assert (held(keyed.account), PaymentAccount.objects.get().live) == ({}, was_live)


def test_the_label_is_what_was_typed_else_what_it_was_else_what_they_call_it(keyed):
    assert connect(keyed, label="  Front desk ").label == "Front desk"
    assert connect(keyed, account_id=keyed.account.pk).label == "Front desk"
    keyed.bank.account_id = "second"
    assert connect(keyed).label == "Salon Ana"


def test_what_does_not_exist_here_is_told(keyed):
    with pytest.raises(GoneError, match="payment system is not known"):
        connect(keyed, system="barter")
    with pytest.raises(GoneError, match="account does not exist"):
        connect(keyed, account_id=10**9)
    with pytest.raises(GoneError, match="account does not exist"):
        connect_payment_account.retire(actor=keyed.actor, account_id=10**9, now=keyed.now)
    assert AuditEntry.objects.filter(action__startswith="payment_account").count() == 0


def test_dan_cannot_touch_ana_s_account(keyed):
    dan = replace(keyed.actor, business_id=keyed.business.pk + 1)
    for attempt in (
        lambda: connect(keyed, actor=dan, account_id=keyed.account.pk),
        lambda: connect_payment_account.retire(actor=dan, account_id=keyed.account.pk, now=keyed.now),
    ):
        with pytest.raises(GoneError):
            attempt()
    assert PaymentAccount.objects.get().retired_at is None
    ben = replace(keyed.actor, rights={keyed.location.pk: frozenset(Right) - {Right.EDIT_PAYMENT_SETTINGS}})
    with pytest.raises(NotAllowedError):
        connect_payment_account.retire(actor=ben, account_id=keyed.account.pk, now=keyed.now)


def test_a_retired_account_keeps_its_keys_for_what_is_under_way(keyed):
    account = connect(keyed)
    visit = keyed.visit()
    page = keyed.open_page(visit)
    connect_payment_account.retire(actor=keyed.actor, account_id=account.pk, now=keyed.now)
    row = PaymentAccount.objects.get()
    assert (row.retired_at, held(row)["secret_key"]) == (keyed.now, TYPED["secret_key"])
    keyed.bank.pay(page)
    keyed.settle(visit)
    assert keyed.settled(visit) == 10_000
    again = connect(keyed)
    assert (again.pk, again.retired_at) == (account.pk, None)


def test_the_systems_that_can_be_connected_are_listed(keyed):
    assert [listing.slug for listing in connect_payment_account.listings()] == ["stripe", "fake"]
