"""Random names that nobody can guess; none is derived from a row's id or the time."""

import secrets


def new_key() -> str:
    """128 random bits as 32 hex digits: idempotency keys, metadata, lease tokens."""
    return secrets.token_hex(16)


def new_token() -> str:
    """128 random bits as 22 URL-safe characters: the short address of a payment link."""
    return secrets.token_urlsafe(16)
