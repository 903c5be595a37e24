"""What may be said of a line: a new one, and a change of one."""

from __future__ import annotations

from dataclasses import dataclass

from quittance.catalog.models import GiftCardType, MembershipType, Product, Service, ServiceStaff


@dataclass(frozen=True, slots=True)
class NewLine:
    """What is sold. Prices are minor units of the bill's currency; taxes are copied from the catalog."""

    kind: str
    name: str
    unit_minor: int
    unit_max_minor: int | None = None
    quantity: int = 1
    discount_ppm: int = 0
    discount_minor: int = 0
    tax_name: str = ""
    tax_ppm: int = 0
    taxation_system: str = ""
    service_id: int | None = None
    product_id: int | None = None
    membership_type_id: int | None = None
    gift_card_type_id: int | None = None
    staff_id: int | None = None

    @classmethod
    def of_service(cls, service: Service, *, staff_id: int | None = None, terms: ServiceStaff | None = None) -> NewLine:
        """A price range counts at its minimum until the desk sets the price.

        `terms` are those of the person who performs it: an own price is one price, no range.
        """
        own = None if terms is None else terms.price_minor
        return cls(
            kind="service",
            name=service.name,
            unit_minor=service.price_minor if own is None else own,
            unit_max_minor=service.price_max_minor if own is None else None,
            tax_name=service.tax_rate.name if service.tax_rate else "",
            tax_ppm=service.tax_rate.ppm if service.tax_rate else 0,
            taxation_system=service.taxation_system,
            service_id=service.pk,
            staff_id=staff_id,
        )

    @classmethod
    def of_product(cls, product: Product, *, quantity: int = 1) -> NewLine:
        return cls(
            kind="product",
            name=product.name,
            unit_minor=product.price_minor,
            quantity=quantity,
            tax_name=product.tax_rate.name if product.tax_rate else "",
            tax_ppm=product.tax_rate.ppm if product.tax_rate else 0,
            taxation_system=product.taxation_system,
            product_id=product.pk,
        )

    @classmethod
    def of_membership(cls, type_: MembershipType) -> NewLine:
        """Without tax: what it pays for is taxed when it is used."""
        return cls(kind="membership", name=type_.name, unit_minor=type_.price_minor, membership_type_id=type_.pk)

    @classmethod
    def of_gift_card(cls, type_: GiftCardType) -> NewLine:
        """Without tax: what it pays for is taxed when it is used."""
        return cls(kind="gift_card", name=type_.name, unit_minor=type_.price_minor, gift_card_type_id=type_.pk)


@dataclass(frozen=True, slots=True)
class LineChange:
    """New values of a line; None leaves a value as it is."""

    quantity: int | None = None
    unit_minor: int | None = None
    discount_ppm: int | None = None
    discount_minor: int | None = None
