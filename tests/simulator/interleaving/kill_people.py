"""Who keeps web and worker busy while they are killed: Eva at the desk, Chloe with her phone. Both press again.

What was answered is written down: an acknowledged press must be in the books, once, whatever died afterwards.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from quittance.businesses.models import Role, RoleAssignment, User
from quittance.calendar.models import Visit
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.pay.form_key import form_key
from tests.support.salon import Salon

_DONE = {200, 204, 302, 303}
_REFUSED = {400, 403, 404, 409, 410, 422, 429}
_PATIENCE_SECONDS = 60.0
_CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 39", "cvc": "123", "name": "Chloe"}
_DEBIT = {"method": "debit", "iban": "DE89 3704 0044 0532 0130 00", "holder": "Chloe"}


@dataclass
class Diary:
    """What people were answered. `cash` by visit in minor units; `odd` is what no person should ever see."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter[str] = field(default_factory=Counter)
    cash: Counter[int] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        with self.lock:
            self.counts[what] += number

    def note_cash(self, visit_id: int, minor: int) -> None:
        with self.lock:
            self.cash[visit_id] += minor

    def note_odd(self, text: str) -> None:
        with self.lock:
            self.odd.append(text[:500])


class Person:
    """Somebody with a browser. A press without an answer is pressed again, with the same request id."""

    def __init__(self, *, base_url: str, diary: Diary, cookies: dict[str, str] | None = None) -> None:
        self.diary = diary
        self._browser = httpx2.Client(base_url=base_url, cookies=cookies, timeout=15, follow_redirects=False)

    def close(self) -> None:
        self._browser.close()

    def insist(self, ask: Callable[[httpx2.Client], httpx2.Response]) -> httpx2.Response | None:
        """Until something is answered; None when the patience ends."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            self.diary.count("requests")
            try:
                answer = ask(self._browser)
            except httpx2.HTTPError:
                self.diary.count("unanswered")
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
        if answer is not None and answer.status_code in _DONE:
            self.diary.note_cash(visit.pk, minor)
            self.diary.count("cash")
        elif answer is not None and answer.status_code not in _REFUSED:
            self.diary.note_odd(f"cash: {answer.status_code}")

    def cancel(self, visit: Visit) -> None:
        version = Visit.objects.values_list("bill__version", flat=True).get(pk=visit.pk)
        answer = self.press(f"/visits/{visit.pk}/cancel", version=version, decision=["stop_payment", "insist"])
        if answer is not None and answer.status_code in _DONE:
            self.diary.count("cancelled")


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
        return answer.status_code in {302, 303}

    def _come_back(self, token: str) -> None:
        self.insist(lambda browser: browser.get(f"/p/{token}/return"))
        self.insist(lambda browser: browser.post(f"/p/{token}/check", data={"key": form_key(token)}))


def signed_in(user: User) -> str:
    """A session's key, as signing in would leave it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def hire_eva(salon: Salon) -> User:
    role = Role.objects.create(
        business=salon.business, slug="all", name="All", rights=sorted(right.value for right in Right)
    )
    user = User.objects.create_user("eva@salon.example", "a long password", name="Eva")
    RoleAssignment.objects.create(business=salon.business, user=user, role=role, location=None)
    return user


def live(salon: Salon, *, base_url: str, diary: Diary, user: User, seed: int, until: Callable[[], bool]) -> None:
    """One pair of people, one visit after the other, until told to stop."""
    dice = random.Random(seed)
    eva, chloe = Eva(base_url=base_url, diary=diary, user=user), Chloe(base_url=base_url, diary=diary)
    try:
        while not until():
            _one_visit(salon, eva, chloe, dice)
            time.sleep(dice.uniform(0.05, 0.3))
    except Exception as error:  # noqa: BLE001 - it is read at the end
        diary.note_odd(f"{type(error).__name__}: {error}")
    finally:
        eva.close()
        chloe.close()
        connection.close()


def _one_visit(salon: Salon, eva: Eva, chloe: Chloe, dice: random.Random) -> None:
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
        eva.cancel(visit)
    payer.join(_PATIENCE_SECONDS * 3)


def _in_thread(work: Callable[..., None], *args: object) -> None:
    try:
        work(*args)
    finally:
        connection.close()
