"""Who keeps web and worker busy while they are killed: Eva at the desk, Chloe with her phone. Both press again.

The owner refunds at the bank itself, and Chloe's bank disputes.

What was answered is written down: an acknowledged press must be in the books, once, whatever died afterwards.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus

import httpx2
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest

from quittance.bills.models import Tender
from quittance.businesses.models import Role, RoleAssignment, User
from quittance.calendar.models import Visit
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.pay.form_key import form_key
from quittance.payments.models import PaymentReference
from tests.simulator.interleaving.their_books import TheirBooks
from tests.support.salon import Salon

_DONE = {200, 204, 302, 303}
_REFUSED = {400, 403, 404, 409, 410, 422, 429}
_PATIENCE_SECONDS = 60.0
_LONG_SECONDS = 1_000_000
_CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 39", "cvc": "123", "name": "Chloe"}
_DEBIT = {"method": "debit", "iban": "DE89 3704 0044 0532 0130 00", "holder": "Chloe"}


@dataclass
class Diary:
    """What people were answered. `cash` by visit in minor units; `odd` is what no person should ever see.

    `unsure`: cash whose first pressing had no answer, and whose repetition was refused.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter[str] = field(default_factory=Counter)
    cash: Counter[int] = field(default_factory=Counter)
    unsure: Counter[int] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        with self.lock:
            self.counts[what] += number

    def note_cash(self, visit_id: int, minor: int, *, sure: bool) -> None:
        with self.lock:
            (self.cash if sure else self.unsure)[visit_id] += minor

    def note_odd(self, text: str) -> None:
        with self.lock:
            self.odd.append(text[:500])


class Person:
    """Somebody with a browser. A press without an answer is pressed again, with the same request id."""

    def __init__(self, *, base_url: str, diary: Diary, cookies: dict[str, str] | None = None) -> None:
        self.diary = diary
        self.was_unanswered = False
        self._browser = httpx2.Client(base_url=base_url, cookies=cookies, timeout=15, follow_redirects=False)

    def close(self) -> None:
        self._browser.close()

    def insist(self, ask: Callable[[httpx2.Client], httpx2.Response]) -> httpx2.Response | None:
        """Until something is answered; None when the patience ends."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        self.was_unanswered = False
        while time.monotonic() < deadline:
            self.diary.count("requests")
            try:
                answer = ask(self._browser)
            except httpx2.HTTPError:
                self.diary.count("unanswered")
                self.was_unanswered = True
                time.sleep(0.3)
                continue
            if answer.status_code < 500:
                return answer
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                self.diary.note_odd(f"{answer.status_code} {answer.request.method} {answer.request.url}")
            time.sleep(0.5)
        self.diary.note_odd("nobody answered for a minute")
        return None


class Eva(Person):
    """At the desk, signed in."""

    def __init__(self, *, base_url: str, diary: Diary, user: User) -> None:
        token = new_key()
        cookies = {settings.SESSION_COOKIE_NAME: signed_in(user), settings.CSRF_COOKIE_NAME: token}
        super().__init__(base_url=base_url, diary=diary, cookies=cookies)
        self._token = token

    def press(self, path: str, **typed: object) -> httpx2.Response | None:
        """One pressing: however often it must be sent, its request id stays."""
        body = {"request_id": new_key(), "csrfmiddlewaretoken": self._token, **typed}
        headers = {"Accept": "application/json"} if path.endswith("/link/make") else {}
        return self.insist(lambda browser: browser.post(path, data=body, headers=headers))

    def link_of(self, visit: Visit) -> str:
        """The token of the visit's link; empty when none can be made."""
        answer = self.press(f"/visits/{visit.pk}/link/make", ask="all")
        if answer is None or answer.status_code != 200:
            return ""
        return str(answer.json()["address"]).rpartition("/")[2]

    def take_cash(self, visit: Visit, minor: int) -> None:
        version = Visit.objects.values_list("bill__version", flat=True).get(pk=visit.pk)
        answer = self.press(
            f"/visits/{visit.pk}/tenders",
            kind="cash", amount=f"{minor // 100}.{minor % 100:02}", version=version, decision="stop_payment",
        )  # fmt: skip
        done = answer is not None and answer.status_code in _DONE
        if done or self.was_unanswered:
            self.diary.note_cash(visit.pk, minor, sure=done)
        if done:
            self.diary.count("cash")
        elif answer is not None and answer.status_code not in _REFUSED:
            self.diary.note_odd(f"cash: {answer.status_code}")

    def cancel(self, visit: Visit, *, money: str) -> None:
        """`money` says what happens with what was taken: keep or refund."""
        version = Visit.objects.values_list("bill__version", flat=True).get(pk=visit.pk)
        decision = ["stop_payment", "insist", "as_said"]
        answer = self.press(f"/visits/{visit.pk}/cancel", version=version, decision=decision, money=money)
        if answer is not None and answer.status_code in _DONE:
            self.diary.count(f"cancelled, {money}")

    def refund(self, visit: Visit, minor: int) -> None:
        """Read what it will do, then press."""
        tender = Tender.objects.filter(bill_id=visit.bill_id, kind="online").first()
        if tender is None:
            return
        path = f"/visits/{visit.pk}/tenders/{tender.pk}/refund"
        amount = f"{minor // 100}.{minor % 100:02}"
        words = self.insist(lambda browser: browser.get(f"{path}/words", params={"amount": amount}))
        said = re.search(r'name="said" value="([^"]*)"', words.text) if words is not None else None
        if said is None:
            return
        answer = self.press(path, amount=amount, reason="The colour did not hold", said=unescape(said[1]))
        if answer is not None and answer.status_code in _DONE:
            self.diary.count("refunded")


class Chloe(Person):
    """With her phone: her link, the hosted page, the way back."""

    def pay(self, token: str, dice: random.Random) -> None:
        self.insist(lambda browser: browser.get(f"/p/{token}"))
        page = self._press_pay(token)
        if not page or dice.random() < 0.15:
            return
        how = _DEBIT if dice.random() < 0.1 else _CARD
        if self._press_at_bank(page, how):
            self.diary.count("paid")
        if dice.random() < 0.6:
            self._come_back(token)

    def _press_pay(self, token: str) -> str:
        """The hosted page's address; a page of ours that says `press again` is pressed again."""
        for _ in range(8):
            answer = self.insist(lambda browser: browser.post(f"/p/{token}/pay", data={"key": form_key(token)}))
            if answer is None:
                return ""
            address = answer.headers.get("location", "")
            if address.startswith("http"):
                return str(address)
            time.sleep(0.5)
        return ""

    def _press_at_bank(self, page: str, means: dict[str, str]) -> bool:
        try:
            answer = self._browser.post(page, data=means)
        except httpx2.HTTPError as error:
            self.diary.note_odd(f"the sandbox broke: {error!r}")
            return False
        # A page that was ended behind her back takes its leave as if all were well.
        return answer.status_code in {302, 303} and not answer.headers["location"].endswith("/done")

    def _come_back(self, token: str) -> None:
        self.insist(lambda browser: browser.get(f"/p/{token}/return"))
        self.insist(lambda browser: browser.post(f"/p/{token}/check", data={"key": form_key(token)}))


def signed_in(user: User) -> str:
    """A session's key, as signing in would leave it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request = HttpRequest()
    request.session = session
    record_authentication(request, user, method="password")
    # She has shown her password so lately that nobody asks again during the run.
    session[AUTHENTICATION_METHODS_SESSION_KEY][0]["at"] += _LONG_SECONDS
    session.save()
    return str(session.session_key)


def hire_eva(salon: Salon) -> User:
    role = Role.objects.create(
        business=salon.business, slug="all", name="All", rights=sorted(right.value for right in Right)
    )
    user = User.objects.create_user("eva@salon.example", "a long password", name="Eva")
    RoleAssignment.objects.create(business=salon.business, user=user, role=role, location=None)
    return user


@dataclass(frozen=True, slots=True)
class Town:
    """Where they live: the salon, the product's address, the bank's books, who is at the desk, the diary of all."""

    salon: Salon
    base_url: str
    theirs: TheirBooks
    user: User
    diary: Diary


def live(town: Town, *, seed: int, until: Callable[[], bool]) -> None:
    """One pair of people, one visit after the other, until told to stop."""
    dice, diary = random.Random(seed), town.diary
    eva = Eva(base_url=town.base_url, diary=diary, user=town.user)
    chloe = Chloe(base_url=town.base_url, diary=diary)
    try:
        while not until():
            _one_visit(town.salon, town.theirs, eva, chloe, dice)
            time.sleep(dice.uniform(0.05, 0.3))
    except Exception as error:  # noqa: BLE001 - it is read at the end
        diary.note_odd(f"{type(error).__name__}: {error}")
    finally:
        eva.close()
        chloe.close()
        connection.close()


def _one_visit(salon: Salon, theirs: TheirBooks, eva: Eva, chloe: Chloe, dice: random.Random) -> None:
    visit = salon.visit(minor=dice.randrange(4_000, 9_000))
    eva.diary.count("visits")
    if dice.random() < 0.3:
        eva.take_cash(visit, 1_000)
    token = eva.link_of(visit)
    if not token:
        return
    payer = threading.Thread(target=_in_thread, args=(chloe.pay, token, dice))
    payer.start()
    chance = dice.random()
    if chance < 0.25:
        time.sleep(dice.uniform(0, 0.6))
        eva.take_cash(visit, 500)
    elif chance < 0.35:
        time.sleep(dice.uniform(0, 0.6))
        eva.cancel(visit, money=dice.choice(["keep", "refund"]))
    payer.join(_PATIENCE_SECONDS * 3)
    _afterwards(visit, eva, theirs, dice)


def _afterwards(visit: Visit, eva: Eva, theirs: TheirBooks, dice: random.Random) -> None:
    """Money goes back, in any of the ways it can."""
    minor = dice.randrange(100, 2_000)
    chance = dice.random()
    if chance < 0.35:
        eva.refund(visit, minor)
    if 0.25 < chance < 0.45:
        _at_the_bank(theirs, visit, "refund", minor, eva.diary)
    elif chance > 0.95:
        _at_the_bank(theirs, visit, "dispute", minor, eva.diary)
    if chance > 0.85:
        eva.cancel(visit, money=dice.choice(["keep", "refund"]))


def _at_the_bank(theirs: TheirBooks, visit: Visit, what: str, minor: int, diary: Diary) -> None:
    """Nobody of ours is asked: the visit's payment, by the id that the bank gave it."""
    reference = PaymentReference.objects.filter(payment__bill_id=visit.bill_id, kind="intent").first()
    if reference is not None and theirs.tell(what, id=reference.value, amount=str(minor)):
        diary.count(f"{what} at the bank")


def _in_thread(work: Callable[..., None], *args: object) -> None:
    try:
        work(*args)
    finally:
        connection.close()
