"""The laws that every adapter keeps, as tests: subclass `PaymentSystemContract` and give it a bench.

A bench is one account of the payment system, opened through the adapter under test, with the people and the trouble
around it, and with a judge: books that were kept by somebody else, in major units, with their own table of decimals.
"""

from quittance.payment_systems.contract.bench import Bench, refs, wish
from quittance.payment_systems.contract.money import MoneyContract
from quittance.payment_systems.contract.pages import PageContract
from quittance.payment_systems.contract.webhooks import WebhookContract

__all__ = ["Bench", "PaymentSystemContract", "refs", "wish"]


class PaymentSystemContract(PageContract, MoneyContract, WebhookContract):
    """Subclasses define a fixture `bench`."""
