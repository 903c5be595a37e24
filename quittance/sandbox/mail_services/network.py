"""The mail services' own side: accounts, mails in their boxes, reports on their way."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass

from quittance.sandbox.clock import Clock
from quittance.sandbox.http_out import Post
from quittance.sandbox.inbox import Inboxes, Letter
from quittance.sandbox.mail_services import brevo, mailgun, postmark, sendgrid
from quittance.sandbox.mail_services.mails import EVENTS, Account, Json, Mail, fate
from quittance.sandbox.marks import Marks
from quittance.sandbox.trouble import Trouble

ACCOUNT_LIMIT = 200
MAIL_LIMIT = 20_000
# How a report is written and signed, by service: (account, mail, event, moment, mark) -> headers and body.
REPORTS: dict[str, Callable[[Account, Mail, str, float, str], tuple[dict[str, str], bytes]]] = {
    "postmark": postmark.report,
    "sendgrid": sendgrid.report,
    "mailgun": mailgun.report,
    "brevo": brevo.report,
}
SECONDS_TO_REPORT = 0.6
# These never reach the mailbox.
_LOST = {"hard", "soft", "inactive"}


@dataclass(frozen=True)
class Told:
    """One report as it went out."""

    url: str
    headers: dict[str, str]
    body: bytes
    status: int


@dataclass
class _Report:
    account: str
    mail: Mail
    event: str
    due_at: float
    mark: str


class MailServices:
    """``sandbox.mail_services``: what was taken, what is reported, and trouble to order."""

    def __init__(self, *, clock: Clock, marks: Marks, inboxes: Inboxes, deliver: Post) -> None:
        self.lock = threading.RLock()
        self.clock, self.marks, self.inboxes, self.deliver = clock, marks, inboxes, deliver
        self.trouble = Trouble()
        self.accounts: dict[str, Account] = {}
        self.mails: dict[str, Mail] = {}
        self._reports: deque[_Report] = deque(maxlen=5000)
        self._round = threading.Lock()

    def register(self, service: str, key: str, *, secret: str = "", webhook_url: str = "") -> Account:
        """Make an account known, or change what it is given; SendGrid makes up its own signing key."""
        if service not in REPORTS:
            message = f"There is no mail service {service!r}. Choose one of: {', '.join(REPORTS)}."
            raise ValueError(message)
        with self.lock:
            name = f"{service}/{key}"
            if name not in self.accounts and len(self.accounts) >= ACCOUNT_LIMIT:
                message = f"The sandbox keeps at most {ACCOUNT_LIMIT} accounts of mail services."
                raise ValueError(message)
            account = self.accounts.setdefault(name, Account(service, key))
            account.secret = secret or account.secret or (sendgrid.new_key() if service == "sendgrid" else "")
            account.webhook_url = webhook_url or account.webhook_url
            return account

    def accept(self, account: Account, mail: Mail) -> None:
        """Keep it, lay it into the mailbox, and plan what is reported."""
        with self.lock:
            mail.at = self.now()
            if len(self.mails) >= MAIL_LIMIT:
                del self.mails[next(iter(self.mails))]
            self.mails[mail.id] = mail
            events = fate(mail.to)
            if not _LOST & set(events):
                self.inboxes.put(
                    Letter(
                        "mail",
                        mail.to,
                        mail.sender,
                        mail.text,
                        mail.at,
                        self.marks.new("mail_", 16),
                        subject=mail.subject,
                        html=mail.html,
                        headers={"From": mail.sender, "Subject": mail.subject, **mail.headers},
                    )
                )
            for event in events:
                self._plan(account, mail, event)

    def sent(self, *, to: str = "") -> list[Mail]:
        """Every mail that was taken, oldest first: the judge's view."""
        with self.lock:
            return [one for one in self.mails.values() if to in {"", one.to}]

    def force(self, mark: str, event: str) -> list[Told]:
        """The panel reports an event of a mail, also out of its order."""
        if event not in EVENTS:
            message = f"Unknown event {event!r}. Choose one of: {', '.join(EVENTS)}."
            raise ValueError(message)
        with self.lock:
            mail = self.mails[mark]
            self._plan(self.accounts[mail.account], mail, event)
        return self.settle()

    def deliver_due(self) -> list[Told]:
        """Post the reports that are due. Never under the lock."""
        now = self.now()
        return self._post_all(lambda one: one.due_at <= now)

    def settle(self) -> list[Told]:
        """Post everything that waits, whatever the clock says."""
        return self._post_all(lambda _one: True)

    def dump(self) -> Json:
        with self.lock:
            return {
                "accounts": [asdict(one) for one in self.accounts.values()],
                "mails": [asdict(one) for one in self.mails.values()],
            }

    def load(self, kept: Json) -> None:
        for row in kept.get("accounts", []):
            self.accounts[f"{row['service']}/{row['key']}"] = Account(**row)
        for row in kept.get("mails", []):
            self.mails[row["id"]] = Mail(**row)

    def now(self) -> float:
        return self.clock.now().timestamp()

    def _plan(self, account: Account, mail: Mail, event: str) -> None:
        if not account.reports_on or not account.webhook_url:
            return
        if account.lose_next > 0:
            account.lose_next -= 1
            return
        copies = 1
        if account.double_next > 0:
            account.double_next -= 1
            copies = 2
        mark = self.marks.hexadecimal("", 32)
        due_at = self.now() + SECONDS_TO_REPORT
        self._reports.extend(_Report(mail.account, mail, event, due_at, mark) for _ in range(copies))

    def _post_all(self, is_due: Callable[[_Report], bool]) -> list[Told]:
        with self._round:
            with self.lock:
                due = [one for one in self._reports if is_due(one)]
                for one in due:
                    self._reports.remove(one)
                if any(self.accounts[one.account].reorder for one in due):
                    due.reverse()
            return [self._post(one) for one in due]

    def _post(self, one: _Report) -> Told:
        account = self.accounts[one.account]
        moment = one.due_at + EVENTS.index(one.event)
        headers, body = REPORTS[account.service](account, one.mail, one.event, moment, one.mark)
        status = self.deliver(account.webhook_url, headers, body)
        return Told(account.webhook_url, headers, body, status)
