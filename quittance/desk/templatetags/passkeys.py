"""Beside a box that asks for one's own password: a passkey instead, for whoever has one."""

from __future__ import annotations

from typing import Any

from django import template

from quittance.businesses.models import User
from quittance.businesses.second_factor import has_passkey

register = template.Library()


@register.inclusion_tag("account/passkey_instead.html", takes_context=True)
def passkey_instead(context: dict[str, Any], place: str) -> dict[str, Any]:
    """Drawn only where the box is, so that no other page asks the database for it. `place` makes the ids differ."""
    user = context["request"].user
    return {"offered": isinstance(user, User) and has_passkey(user_id=user.pk), "place": place}
