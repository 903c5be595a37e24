import pytest

from quittance.payment_systems import registry
from quittance.payment_systems.fake import FAKE_LISTING, FakeBank
from quittance.payment_systems.port import MisconfiguredError
from quittance.payment_systems.stripe import StripeAccount


def test_the_settings_page_lists_what_can_be_connected_and_what_each_asks():
    (stripe,) = registry.systems()
    assert (stripe.slug, stripe.name, stripe.fee_note) == ("stripe", "Stripe", "Stripe's own fee applies")
    assert [(field.name, field.secret, field.several) for field in stripe.fields] == [
        ("publishable_key", False, False),
        ("secret_key", True, False),
        ("signing_secrets", True, True),
    ]
    assert "checkout.session.completed" in stripe.webhook_events
    assert registry.listing("stripe") is stripe


def test_an_account_is_opened_with_its_keys():
    assert isinstance(registry.open_account("stripe", {"secret_key": "sk_test_salon"}, None), StripeAccount)
    with pytest.raises(MisconfiguredError, match="secret key"):
        registry.open_account("stripe", {})


def test_keys_are_looked_at_before_anything_is_asked_outside():
    assert set(registry.credential_problems("stripe", {})) == {"publishable_key", "secret_key", "signing_secrets"}


def test_a_system_without_keys_has_no_problems_with_them():
    registry.register(FAKE_LISTING, FakeBank().open)
    try:
        assert registry.credential_problems("fake", {}) == {}
    finally:
        registry.unregister("fake")


def test_an_unknown_system_is_a_sentence_for_the_business():
    with pytest.raises(MisconfiguredError, match="'paypal' is not known"):
        registry.listing("paypal")
