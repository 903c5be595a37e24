"""The receptionist's browser at Ana's salon: presses buttons with what the page drew, as a person would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from quittance.bills.models import Bill
from quittance.businesses.models import User
from quittance.calendar.models import Visit
from quittance.catalog.models import Product, Service
from tests.support.salon import Salon

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class Counter:
    """`get` and `press` speak as htmx does; `client` is the bare browser without scripts."""

    salon: Salon
    client: Client
    user: User
    numbers: list[int] = field(default_factory=lambda: [0])

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, headers=HTMX, **more)

    def press(self, path: str, typed: dict[str, Any] | None = None, **headers: str) -> Any:
        values = {"request_id": self.new_id(), **(typed or {})}
        return self.client.post(path, values, headers={**HTMX, **headers})

    def new_id(self) -> str:
        self.numbers[0] += 1
        return f"pressed-{self.numbers[0]:08d}"

    def bill(self, visit: Visit) -> Bill:
        return Bill.objects.get(pk=visit.bill_id)

    def of_bill(self, visit: Visit, **typed: Any) -> dict[str, Any]:
        """What a form of the window carries beside what is typed."""
        return {"version": self.bill(visit).version, **typed}

    def window(self, visit: Visit, tab: str = "checkout") -> str:
        return str(self.get(f"/visits/{visit.pk}?tab={tab}").content.decode())

    def service(self, name: str = "Cut", minor: int = 4500, **more: Any) -> Service:
        values = {"duration_minutes": 45, **more}
        return Service.objects.create(
            business=self.salon.business, location=self.salon.location, name=name, price_minor=minor, **values
        )

    def product(self, name: str = "Shampoo", minor: int = 1900, **more: Any) -> Product:
        return Product.objects.create(
            business=self.salon.business, location=self.salon.location, name=name, price_minor=minor, **more
        )


def words(response: Any) -> str:
    """What a person reads: the page without its tags, spaces made single."""
    text: str = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").replace("&amp;", "&").replace("&#x27;", "'")
    return " ".join(plain.split())
