"""Stripe, by its hosted Checkout page."""

from quittance.payment_systems.stripe.adapter import StripeAccount, open_stripe
from quittance.payment_systems.stripe.credentials import LISTING, credential_problems

__all__ = ["LISTING", "StripeAccount", "credential_problems", "open_stripe"]
