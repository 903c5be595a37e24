"""The sandbox's own books, read as the real system's would be: over its API, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from quittance.payments.models import Dispute, PaymentReference, Refund

KEY = "sk_test_salon"


@dataclass(frozen=True, slots=True)
class TheirBooks:
    """`url` is the sandbox's address."""

    url: str

    def end_open_pages(self) -> None:
        """Their hour is over; a debit is decided."""
        for session in self.all("checkout/sessions"):
            if session["status"] == "open":
                self.call("POST", f"checkout/sessions/{session['id']}/expire")
            elif session["payment_status"] == "unpaid" and session["status"] == "complete":
                self.tell("delayed", session=session["id"], ok="1")

    def unlike_ours(self) -> list[str]:
        """L1: each paid session, refund and dispute of theirs stands in our books with its amount, and no other."""
        paid = {
            one["id"]: one["amount_total"] for one in self.all("checkout/sessions") if one["payment_status"] == "paid"
        }
        wrong = _unlike("payment", paid, _paid())
        back = {one["id"]: one["amount"] for one in self.all("refunds") if one["status"] not in {"failed", "canceled"}}
        ours = Refund.objects.exclude(state="failed").filter(payment__isnull=False)
        wrong += _unlike("refund", back, {row.reference or f"ours {row.pk}": row.amount_minor for row in ours})
        disputed = {one["id"]: one["amount"] for one in self.all("disputes")}
        return wrong + _unlike("dispute", disputed, {row.reference: row.amount_minor for row in Dispute.objects.all()})

    def all(self, what: str) -> Iterator[dict[str, Any]]:
        after: dict[str, str] = {}
        while True:
            page = self.call("GET", what, params={"limit": "100", **after})
            yield from page["data"]
            if not page["has_more"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}

    def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = httpx2.request(
            method, f"{self.url}/v1/{path}", headers={"Authorization": f"Bearer {KEY}"}, timeout=10, **more
        )
        found: dict[str, Any] = answer.json()
        return found

    def tell(self, order: str, **fields: str) -> bool:
        """An order to the sandbox's panel; False when it refuses."""
        return httpx2.post(f"{self.url}/control/{order}", data=fields, timeout=10).status_code == 200


def _paid() -> dict[str, int]:
    references = PaymentReference.objects.filter(kind="checkout", payment__state="paid").select_related("payment")
    return {row.value: row.payment.captured_minor or 0 for row in references}


def _unlike(what: str, theirs: dict[str, int], ours: dict[str, int]) -> list[str]:
    names = sorted(set(theirs) | set(ours))
    return [
        f"{what} {name}: {theirs.get(name, 'nothing')} at the bank, {ours.get(name, 'nothing')} in our books"
        for name in names
        if theirs.get(name) != ours.get(name)
    ]
