"""Stripe's webhook signature: ``t=…,v1=hex(HMAC-SHA256(secret, "<t>." + raw body))``."""

import hashlib
import hmac


def mac(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def header(secret: str, body: bytes, at: int) -> str:
    return f"t={at},v1={mac(secret, f'{at}.'.encode() + body)}"
