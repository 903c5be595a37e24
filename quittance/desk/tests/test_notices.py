"""Money that lands is told on every page of the desk."""

from __future__ import annotations

import json
import re

import pytest

from quittance.desk.tests.counter import Counter
from quittance.outbox import actions as outbox
from quittance.payments.models import PaymentLink
from quittance.rows.locking import in_one_transaction
from tests.support.salon import Salon

PAGES = ("/calendar", "/clients/", "/finance/links", "/finance/cases", "/settings/", "/catalog/services")


@pytest.mark.row("E4")
def test_every_page_of_the_desk_asks_for_notices(at_noon: Salon, counter: Counter) -> None:
    for path in PAGES:
        page = counter.client.get(path, follow=True).content.decode()
        assert 'hx-get="/notices"' in page, path


@pytest.mark.row("E4", "C12")
def test_a_link_that_value_paid_is_told_too_with_the_way_to_the_visit(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.link(visit)
    after = re.findall(r"after=(\d+)", counter.get("/notices").content.decode())[0]
    link = PaymentLink.objects.get()
    subject = {"bill": visit.bill_id, "link": link.pk, "visit": visit.pk}
    PaymentLink.objects.update(value_minor=6_000)
    in_one_transaction(
        lambda: outbox.record(
            business_id=at_noon.business.pk,
            location_id=at_noon.location.pk,
            name="link.paid_with_value",
            subject=subject,
            now=at_noon.now,
            visible_at_desk=True,
        )
    )
    told = json.loads(counter.get(f"/notices?after={after}")["HX-Trigger"])["notices"]["notices"]
    PaymentLink.objects.update(value_minor=0)
    assert told == [
        {
            "text": "Chloe paid €60.00 with a gift card or credit",
            "url": f"/visits/{visit.pk}?tab=checkout",
            "label": "Open visit",
        }
    ]
