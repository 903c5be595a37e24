"""K2: whatever changes money, settings or a client's card leaves an entry that says who did it and from where."""

from __future__ import annotations

from typing import Final

import pytest

from quittance.audit.models import AuditEntry
from quittance.core.actor import Right
from tests.attacks.asking import press
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import Place, browser, tried

pytestmark = pytest.mark.django_db
# They change neither money nor settings by themselves.
_ONLY_ASK: Final = {
    "desk:check_payment": "asks the payment system; what it answers is noted as the payment system's",
    "desk:test_channel": "sends a message to the person who pressed the button",
}
CHANGING = [
    name for name in NAMES if ROUTES[name].who is Who.STAFF and ROUTES[name].writes and not ROUTES[name].changes_nothing
]


@pytest.mark.row("K2")
@pytest.mark.parametrize("name", [name for name in CHANGING if name not in _ONLY_ASK])
def test_every_change_at_the_desk_leaves_an_entry(ana: Place, name: str) -> None:
    person = ana.person(frozenset(Right), name="Owner")
    one = browser(person)
    newest = max(AuditEntry.objects.values_list("pk", flat=True), default=0)
    with tried():
        response = press(one, name, ana)
        assert response.status_code < 400, response.content[:400]
        entries = list(AuditEntry.objects.filter(pk__gt=newest, business_id=ana.salon.business.pk))
    assert entries, "nothing in the audit trail"
    by = [entry for entry in entries if entry.actor_id == person.pk]
    assert by, [entry.action for entry in entries]
    assert {entry.ip for entry in by} == {"127.0.0.1"}
