"""A payment system in memory, for fast tests of flows; it keeps its own books and obeys the contract.

    bank = FakeBank()                                     # is itself a PaymentSystem
    registry.register(FAKE_LISTING, bank.open)            # only tests do this: slug "fake"

What people do on the hosted page (`page` is a Checkout, its address, or its id):

    bank.pay(page)                      all of it by card; `amount=` and `currency=` to differ from what was asked
    bank.decline(page, "reason")        a refused card; the page stays open
    bank.delay(page)                    a slow debit: complete, but the money is still processing
    bank.finish_delayed(page)           ... lands; `succeeded=False`: fails, nothing is captured
    bank.authorise(page)                approved, never captured: must not count as paid

What happens at the bank's own dashboard, all of it visible in the next report:

    bank.dashboard_refund(page, amount) / bank.finish_refund(reference, succeeded=True)
    bank.open_dispute(page, amount)     / bank.close_dispute(reference, won=True)

Trouble, each with the method's name as `operation` or for whichever comes next:

    bank.down = True                    every call raises Unavailable(sent=False), nothing happens
    bank.lose_next_answer("refund")     the next such call has its effect, then raises Unavailable(sent=True)
    bank.refuse_next(error)             the next call raises this instead of doing anything
    bank.refunds_stay_pending = True    refunds answer "pending" until finish_refund

To look at:  bank.requests (operation, key or reference) in the order they came; bank.count("start_checkout");
bank.books (reference -> Page, amounts in major units); bank.captured_total("EUR"), bank.refunded_total("EUR");
bank.on_call(operation) runs before and bank.on_answer(operation) after the effect of every call outside: hang an
assertion or the other half of a race there. bank.webhook(page, kind) gives a signed InboundRequest.
"""

from quittance.payment_systems.fake.bank import FAKE_LISTING, FakeBank
from quittance.payment_systems.fake.books import Page, PageClosedError

__all__ = ["FAKE_LISTING", "FakeBank", "Page", "PageClosedError"]
