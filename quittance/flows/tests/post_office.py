"""Ana's salon with email and SMS connected to fake channels, and a worker that the test tells to work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from quittance.calendar.models import Visit
from quittance.due import actions as due
from quittance.flows import dispatch_event, send_link, send_message
from quittance.message_channels.fake import FakeChannel, fake_channels
from quittance.messages.models import ChannelAccount, Message
from quittance.outbox.models import Event
from tests.support.salon import Salon, refuse_open_transaction

LEASE_SECONDS = 60
EMAIL, PHONE = "chloe@client.example", "+4915112345678"


@dataclass
class PostOffice:
    salon: Salon
    email: FakeChannel
    sms: FakeChannel

    def send(self, visit: Visit, *channels: str, **more: object) -> send_link.SendResult:
        more.setdefault("actor", self.salon.actor)
        return send_link.send(visit_id=visit.pk, channels=channels, now=self.salon.now, **more)  # type: ignore[arg-type]

    def work(self) -> list[str]:
        """One round of the worker over what is due; the states that the messages came to."""
        claimed = due.claim(Message, limit=20, lease_seconds=LEASE_SECONDS, now=self.salon.now)
        return [self.work_on(row) for row in claimed]

    def claim(self) -> list[due.Claimed]:
        return due.claim(Message, limit=20, lease_seconds=LEASE_SECONDS, now=self.salon.now)

    def work_on(self, row: due.Claimed) -> str:
        return send_message.work(message_id=row.id, lease_token=row.lease_token, now=self.salon.now)

    def deliver(self) -> list[str]:
        """Let the time to undo pass, then work."""
        self.salon.wait(seconds=send_link.UNDO_SECONDS)
        return self.work()

    def dispatch(self) -> int:
        """One round of the worker over the outbox; how many messages were queued."""
        claimed = due.claim(Event, limit=20, lease_seconds=LEASE_SECONDS, now=self.salon.now)
        return sum(
            dispatch_event.work(event_id=row.id, lease_token=row.lease_token, now=self.salon.now) for row in claimed
        )

    def connect(self, channel: str) -> ChannelAccount:
        return ChannelAccount.objects.create(
            business=self.salon.business,
            channel=channel,
            system=f"fake_{channel}",
            sender="salon@ana.example" if channel == "email" else "+4930555000",
            credentials="{}",
            address_token=channel.ljust(32, "0"),
            enabled=True,
            created_at=self.salon.now,
        )

    def message(self, visit: Visit, channel: str = "sms") -> Message:
        """The newest message of the visit by this channel."""
        return Message.objects.filter(visit_id=visit.pk, channel=channel).latest("pk")


@contextmanager
def open_post_office(salon: Salon) -> Iterator[PostOffice]:
    with fake_channels() as fakes:
        fakes.email.on_call = fakes.sms.on_call = refuse_open_transaction
        office = PostOffice(salon, fakes.email, fakes.sms)
        office.connect("email")
        office.connect("sms")
        yield office
