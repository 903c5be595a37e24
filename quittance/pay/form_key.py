"""A signed value in the forms of a link's page, instead of a cookie.

Paying must work where cookies are blocked. The address is itself the secret that opens the page, so the value
need not be tied to a browser: it proves that the request comes from a page that we drew, not from a robot
that posts to every address it meets, nor from another site's form.
"""

from __future__ import annotations

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

_SALT = "quittance.pay.form"


def form_key(token: str) -> str:
    return Signer(salt=_SALT).signature(token)


def is_form_key(given: str, token: str) -> bool:
    return constant_time_compare(given, form_key(token))
