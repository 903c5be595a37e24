"""All imitated services on one clock, without the web around them."""

from quittance.sandbox.books import Judge
from quittance.sandbox.clock import Clock, RealClock
from quittance.sandbox.http_out import Post
from quittance.sandbox.inbox import Inboxes
from quittance.sandbox.mail import Mailroom
from quittance.sandbox.mail_services.network import MailServices
from quittance.sandbox.marks import Marks
from quittance.sandbox.stripe.door import StripeSandbox
from quittance.sandbox.twilio.network import TwilioSandbox
from quittance.sandbox.watch import Hook, Seen, Watch
from quittance.sandbox.whatsapp.network import WhatsAppSandbox


class Services:
    """Stripe, the phone network and the mailbox, with what they were asked."""

    def __init__(self, *, clock: Clock | None, seed: int | None, deliver: Post) -> None:
        self.clock: Clock = clock or RealClock()
        self.marks = Marks(seed)
        self.watch = Watch()
        self.inboxes = Inboxes()
        self.stripe = StripeSandbox(clock=self.clock, marks=self.marks, deliver=deliver)
        self.twilio = TwilioSandbox(clock=self.clock, marks=self.marks, inboxes=self.inboxes, deliver=deliver)
        self.whatsapp = WhatsAppSandbox(clock=self.clock, marks=self.marks, inboxes=self.inboxes, deliver=deliver)
        self.mail_services = MailServices(clock=self.clock, marks=self.marks, inboxes=self.inboxes, deliver=deliver)
        self.mail = Mailroom(clock=self.clock, marks=self.marks, inboxes=self.inboxes, watch=self.watch)
        self.books = Judge(stripe=self.stripe, twilio=self.twilio, inboxes=self.inboxes)

    @property
    def on_request(self) -> Hook | None:
        """Called with each request before it is answered, in the server's thread. What it raises is raised again at
        the end.
        """
        return self.watch.on_request

    @on_request.setter
    def on_request(self, hook: Hook | None) -> None:
        self.watch.on_request = hook

    def requests(self, service: str = "", *, method: str = "", path: str = "") -> list[Seen]:
        """What was asked: of one service, method and beginning of the path, or all of it. Oldest first."""
        return self.watch.requests(service, method=method, path=path)

    def tick(self) -> None:
        """Do what the clock demands now, and deliver what is due."""
        self.stripe.expire_at_clock()
        self.stripe.webhooks.deliver_due()
        self.twilio.deliver_due()
        self.whatsapp.deliver_due()
        self.mail_services.deliver_due()
