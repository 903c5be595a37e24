"""Choose in which language the desk speaks to oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.actions import SettingError, set_own_language
from quittance.businesses.models import User
from quittance.core.actor import Actor
from quittance.flows._once import once
from quittance.flows.errors import FieldError


def change_own_language(*, actor: Actor, user: User, language: str, now: datetime) -> None:
    """Everybody's own affair: it takes no right. Empty: as the location where they work."""

    def work() -> dict[str, Any]:
        set_own_language(user=user, language=language)
        detail = {"language": language}
        subject = ("person", user.pk)
        audit.record(actor=actor, location_id=None, action="person.language", subject=subject, now=now, detail=detail)
        return {}

    try:
        once(actor=actor, action="person.language", now=now, work=work)
    except SettingError as error:
        raise FieldError(error.field, _(str(error))) from None
