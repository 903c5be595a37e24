"""Stripe, imitated on the wire."""
