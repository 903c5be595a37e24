"""How much of a service's price is asked for at booking."""

from __future__ import annotations

from quittance.catalog.models import Service

_PPM = 1_000_000


def deposit_minor(*, service: Service, price_minor: int, is_new_client: bool) -> int:
    """In minor units, never above the price; half a unit is rounded up."""
    if service.deposit_kind == Service.NO_DEPOSIT or (service.deposit_new_clients_only and not is_new_client):
        return 0
    if service.deposit_from_minor is not None and price_minor < service.deposit_from_minor:
        return 0
    if service.deposit_kind == Service.FIXED:
        return min(service.deposit_minor or 0, price_minor)
    return (price_minor * (service.deposit_ppm or 0) * 2 + _PPM) // (2 * _PPM)
