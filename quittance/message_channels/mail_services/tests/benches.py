"""The four mail services as a test sees them: opened as a business would, the sandbox at the far end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from quittance.message_channels.mail_services.adapter import SERVICES, MailServiceChannel, opener
from quittance.message_channels.port import InboundRequest, MessageChannel, Notice, OutgoingMessage, StatusNotice
from quittance.sandbox import Sandbox
from quittance.sandbox.mail_services import sendgrid
from quittance.sandbox.mail_services.network import Told

HOOK = "https://pay.ana.example/inbound/messages/t0k3n"
KEY = "0123456789abcdef" * 2
SECRET = "a-long-secret-for-reports"
API_KEY = "right-key-1234567890"
SLUGS = tuple(service.slug for service in SERVICES)


@dataclass
class ServiceBench:
    """One service. `received` reads what the service took."""

    sandbox: Sandbox
    slug: str
    bad_address: str = "not an address"

    def __post_init__(self) -> None:
        account = self.sandbox.mail_services.register(
            self.slug, API_KEY, secret="" if self.slug == "sendgrid" else SECRET, webhook_url=HOOK
        )
        self.account = account
        self.report_secret = sendgrid.verification_key(account) if self.slug == "sendgrid" else SECRET
        self.channel: MessageChannel = self.open()
        self.good = OutgoingMessage(
            key=KEY,
            sender="hello@ana.example",
            sender_name="Ana's Salon",
            address="chloe@client.example",
            subject="Your visit",
            text="Chloe, €60.00 for your visit at Ana's Salon",
            html="<p>Chloe, €60.00</p>",
            status_url="",
            at=datetime.now(UTC),
            reply_to="ana@ana.example",
            unsubscribe_url="https://pay.ana.example/u/abc",
        )

    def fields(self, **changed: str) -> dict[str, str]:
        own = {"domain": "mg.ana.example", "region": "eu"} if self.slug == "mailgun" else {}
        typed = {"sender": "hello@ana.example", "api_key": API_KEY, "report_secret": self.report_secret, **own}
        return {**typed, **changed}

    def open(self, **changed: str) -> MailServiceChannel:
        service = next(one for one in SERVICES if one.slug == self.slug)
        channel = opener(service)(
            self.fields(**changed), f"{self.sandbox.mail_services_url}/{self.slug}", limit_seconds=5
        )
        assert isinstance(channel, MailServiceChannel)
        return channel

    def received(self) -> list[str]:
        return [mail.text for mail in self.sandbox.mail_services.sent()]

    def with_wrong_keys(self) -> MessageChannel:
        return self.open(api_key="wrong-key-1234567890")

    def lose_next_answer(self) -> None:
        self.sandbox.mail_services.trouble.add("drop_after", match="POST")

    def refuse_next(self) -> None:
        self.sandbox.mail_services.trouble.add("rate_limit", match="POST")

    def moment(self) -> datetime:
        return datetime.now(UTC)

    def requests(self, told: list[Told] | None = None) -> list[InboundRequest]:
        """What the service posted to us, as our web server would hand it on."""
        came = self.sandbox.mail_services.settle() if told is None else told
        return [
            InboundRequest(one.url, {name.lower(): value for name, value in one.headers.items()}, one.body)
            for one in came
        ]

    def notices(self, told: list[Told] | None = None) -> list[StatusNotice]:
        read: list[Notice] = [
            notice for request in self.requests(told) for notice in self.channel.read_webhook(request)
        ]
        return [one for one in read if isinstance(one, StatusNotice)]
