"""Stripe's hosted Checkout behind the port. Stateless: one object is one account, opened with its keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from quittance.core.http import OutsideClient, budget
from quittance.core.money import Money
from quittance.core.words import gettext_noop as _
from quittance.payment_systems.port import (
    KEY_IN_METADATA,
    AccountReport,
    Checkout,
    EndReport,
    EndState,
    Feature,
    InboundRequest,
    MisconfiguredError,
    MistakeError,
    NewPayment,
    PaymentReport,
    References,
    RefundReport,
    UnavailableError,
    WebhookNotice,
)
from quittance.payment_systems.stripe import currencies
from quittance.payment_systems.stripe.client import asked, is_not_open, make_client
from quittance.payment_systems.stripe.credentials import WEBHOOK_EVENTS, StripeCredentials, read_credentials
from quittance.payment_systems.stripe.lists import OVERLAP_SECONDS, EventCursor, Listing
from quittance.payment_systems.stripe.page import page_params
from quittance.payment_systems.stripe.translate import (
    Json,
    account_report_of,
    checkout_of,
    end_report_of,
    id_of,
    part,
    refund_report_of,
    report_of,
)
from quittance.payment_systems.stripe.webhooks import notice_of, notices_of, verified_body

if TYPE_CHECKING:
    import stripe

MAX_PAGES_OF_ONE_PAYMENT = 10
MAX_SESSION_PAGES = 50
MAX_EVENT_PAGES = 10
# A stored request is repeated for 20 hours at most: no page of ours can be younger than this.
SEARCHED = timedelta(hours=21)
_EXPAND = ["payment_intent.latest_charge.balance_transaction", "payment_intent.latest_charge.refunds"]


class StripeAccount:
    """Every public call shares one budget of seconds among the requests that it needs."""

    slug: ClassVar[str] = "stripe"
    name: ClassVar[str] = "Stripe"
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.HOSTED_PAGE, Feature.DELAYED_METHODS, Feature.EVENT_LIST, Feature.TAX_LINES}
    )

    def __init__(
        self,
        credentials: StripeCredentials,
        *,
        base_url: str | None = None,
        timeout_seconds: float = 8.0,
        outside: OutsideClient | None = None,
    ) -> None:
        self._credentials = credentials
        self._base_url = base_url
        self._timeout_seconds = timeout_seconds
        self._outside = outside or OutsideClient(timeout_seconds=timeout_seconds)

    def check_credentials(self) -> AccountReport:
        with self._api() as api:
            return account_report_of(asked(api.accounts.retrieve_current), live=self._credentials.live)

    def minimum(self, currency: str) -> Money:
        return currencies.minimum(currency)

    def maximum(self, currency: str) -> Money:
        return currencies.maximum(currency)

    def payable_amount(self, amount: Money) -> Money:
        return currencies.payable_amount(amount)

    def start_checkout(self, new: NewPayment) -> Checkout:
        params: Any = page_params(new)
        with self._api() as api:
            return checkout_of(asked(lambda: api.checkout.sessions.create(params, {"idempotency_key": new.key})))

    def fetch_payment(self, references: References) -> PaymentReport:
        with self._api() as api:
            session = self._session(api, references)
            intent = part(session, "payment_intent")
            charge = part(intent, "latest_charge")
            if intent is None or charge is None or charge.get("status") != "succeeded":
                return report_of(session)
            of_intent = {"payment_intent": intent["id"]}
            # Refunds come with the charge; they are listed only where there are more than fit.
            refunds: Iterable[Json]
            if (embedded := part(charge, "refunds")) is not None and not embedded["has_more"]:
                refunds = embedded["data"]
            else:
                refunds = Listing(api.refunds.list, of_intent, max_pages=MAX_PAGES_OF_ONE_PAYMENT)
            disputes: Iterable[Json] = ()
            if charge["disputed"]:
                disputes = Listing(api.disputes.list, of_intent, max_pages=MAX_PAGES_OF_ONE_PAYMENT)
            return report_of(session, refunds, disputes)

    def end_checkout(self, references: References) -> EndReport:
        own = _needed(references)
        with self._api() as api:
            try:
                asked(lambda: api.checkout.sessions.expire(own))
            except MisconfiguredError as error:
                if not is_not_open(error):
                    raise
                return end_report_of(self._session(api, references))
        return EndReport(EndState.ENDED)

    def find_checkout(self, key: str, since: datetime) -> Checkout | None:
        first = int(since.timestamp()) - OVERLAP_SECONDS
        params = {"created": {"gte": first, "lte": int((since + SEARCHED).timestamp())}}
        with self._api() as api:
            sessions = Listing(api.checkout.sessions.list, params, max_pages=MAX_SESSION_PAGES)
            for session in sessions:
                if (session.get("metadata") or {}).get(KEY_IN_METADATA) == key:
                    return checkout_of(session)
        if not sessions.complete:
            # Not found among the first is not the same as not there.
            raise UnavailableError("Stripe lists more pages of that time than we may read.", sent=True)
        return None

    def refund(self, references: References, amount: Money, *, key: str) -> RefundReport:
        try:
            in_their_units = currencies.to_stripe(amount)
        except ValueError as error:
            raise MistakeError(str(error)) from error
        with self._api() as api:
            intent = references.first("intent") or id_of(self._session(api, references), "payment_intent")
            if intent is None:
                raise MisconfiguredError(_("Nothing was paid on this page yet, so nothing can be refunded."))
            params: Any = {"payment_intent": intent, "amount": in_their_units, "metadata": {KEY_IN_METADATA: key}}
            return refund_report_of(asked(lambda: api.refunds.create(params, {"idempotency_key": key})))

    def events_since(self, cursor: str) -> tuple[Sequence[WebhookNotice], str]:
        place = EventCursor.read(cursor)
        params = place.params | {"types": list(WEBHOOK_EVENTS)}
        with self._api() as api:
            listing = Listing(api.events.list, params, max_pages=MAX_EVENT_PAGES, keeps_part=True)
            events = list(listing)
            following = place.after([int(event["created"]) for event in events], complete=listing.complete)
            return [notice_of(event) for event in reversed(events)], following.write()

    def cursor_at(self, moment: datetime) -> str:
        return EventCursor(since=int(moment.timestamp())).write()

    def read_webhook(self, request: InboundRequest) -> Sequence[WebhookNotice]:
        return notices_of(verified_body(request, self._credentials.signing_secrets))

    @cached_property
    def _client(self) -> stripe.StripeClient:
        return make_client(self._credentials.secret_key, self._base_url, self._outside)

    @contextmanager
    def _api(self) -> Iterator[Any]:
        # The SDK is loaded before the clock starts to run.
        api = self._client.v1
        with budget(self._timeout_seconds):
            try:
                yield api
            except (KeyError, TypeError, ValueError) as error:
                # An answer of another shape than Stripe's: whatever was asked may have had its effect.
                raise UnavailableError("Stripe's answer could not be read.", sent=True) from error

    def _session(self, api: Any, references: References) -> Json:
        own = _needed(references)
        session: Json = asked(lambda: api.checkout.sessions.retrieve(own, {"expand": _EXPAND}))
        return session


def _needed(references: References) -> str:
    own = references.first("checkout")
    if own is None:
        raise MistakeError("This payment has no page at Stripe: look for it by its key first.")
    return own


def open_stripe(
    credentials: Mapping[str, str | list[str]], base_url: str | None, timeout_seconds: float
) -> StripeAccount:
    """The opener that the registry holds."""
    return StripeAccount(read_credentials(credentials), base_url=base_url, timeout_seconds=timeout_seconds)
