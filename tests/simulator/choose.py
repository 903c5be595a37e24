"""Who does what next: dice loaded towards what hurts. All dice of a run come from its seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.simulator.desk import due_of
from tests.simulator.hours import TIMERS
from tests.simulator.outside import FIVE_DAYS, books_of, in_flight
from tests.simulator.registry import ACTIONS
from tests.simulator.scripts import plot
from tests.simulator.seeding import CLIENTS, DESK, PLACES
from tests.simulator.story import Fault, Step
from tests.simulator.till import drawer_step
from tests.simulator.together import at_the_bank_and_told
from tests.simulator.value_choices import value_choices
from tests.simulator.world import VisitRef, World

Given = dict[str, Any]
Choice = tuple[float, str, Callable[[], tuple[str, Given]]]


@dataclass(frozen=True, slots=True)
class Profile:
    """How likely each kind of trouble is, by step. `awake`: how often the worker lives while time passes."""

    kill: float = 0.0
    meanwhile: float = 0.0
    database: float = 0.0
    api: float = 0.0
    post: float = 0.05
    clock: float = 0.0
    awake: float = 0.7
    worker: float = 3.0
    posted: float = 0.7
    plots: float = 0.02
    letters: float = 0.015


PROFILES: dict[str, Profile] = {
    "calm": Profile(),
    "post": Profile(post=0.3, awake=0.3, worker=2.0),
    "api": Profile(api=0.2, post=0.1),
    "kills": Profile(kill=0.25, post=0.1),
    "crowd": Profile(meanwhile=0.35, post=0.1),
    "database": Profile(database=0.2, meanwhile=0.1),
    "clocks": Profile(clock=0.1, post=0.15, kill=0.05),
    "asleep": Profile(awake=0.05, worker=0.2, post=0.2),
    "plots": Profile(plots=0.1, letters=0.05, meanwhile=0.05),
    # Webhooks are lost, workers sleep long and die young: what only the event list can bring is at stake.
    "killed sweeps": Profile(kill=0.3, post=0.25, awake=0.3, worker=6.0, posted=0.2),
    # Whoever asks the payment system meets others who were faster.
    "crowd of answers": Profile(meanwhile=0.6, post=0.1, worker=6.0),
    "storm": Profile(kill=0.08, meanwhile=0.15, database=0.05, api=0.08, post=0.2, clock=0.02, awake=0.5),
}
# For L6: no event is brought and no worker wakes before all comes to rest.
HELD = Profile(post=0, awake=0, worker=0, posted=0, meanwhile=0.1, plots=0, letters=0)
_API_TROUBLE = ("error_before", "error_after", "drop_before", "drop_after", "rate_limit", "down")
_API_MATCHES = ("", "POST /v1/checkout/sessions", "GET /v1/checkout", "POST /v1/refunds", "GET /v1")
_MAIL_TROUBLE = ("refuse", "later", "down", "silence", "vanish")
_TOGETHER = 0.25
_WALKS_IN = 0.025
_STATES = ("waiting", "arrived", "done", "no_show", "booked")


class Chooser:
    def __init__(self, world: World, *, seed: int, profile: str) -> None:
        self.world = world
        self.dice = random.Random(seed)
        self.profile = HELD if profile == "held" else PROFILES[profile]
        self._labels = 0
        self._requests = 0
        self._focus = ""
        self._last: Step | None = None
        self._plot: list[Step] = []

    def next(self) -> Step:
        step = self._pick()
        if step.name in ACTIONS:
            self._last = step
        return step

    def _pick(self) -> Step:
        dice, profile = self.dice, self.profile
        if self._plot and dice.random() < 0.85:
            return self._plot.pop(0)
        if self._last is not None and self._last.given.get("request") and dice.random() < 0.05:
            # The same pressing of the button arrives once more.
            return self._step(self._last.name, self._last.who, self._last.given, plain=True)
        trouble = self._trouble()
        if trouble is not None:
            return trouble
        if dice.random() < profile.plots and not self._plot:
            return self._begin_plot()
        if len(self.world.visits) < 2 or dice.random() < 0.05:
            return self._book()
        if dice.random() < _WALKS_IN:
            return self._walk_in()
        visit = self._visit()
        name, who, given = self._about(visit)
        return self._step(name, who, {"visit": visit.label} | given)

    def _trouble(self) -> Step | None:
        """Sometimes: in the post, at the payment system, on the clock, with mail and texts."""
        dice, profile = self.dice, self.profile
        if dice.random() < profile.post:
            return self._outside(self._post_trouble())
        if dice.random() < profile.api:
            return self._outside(self._api_trouble())
        if dice.random() < profile.clock:
            return self._step("clock", "", {"seconds": dice.choice([600, -600, 0, 240, -240, 0])})
        if dice.random() < profile.letters:
            service = dice.choice(["mail", "mail", "mail_services", "twilio", "whatsapp"])
            kind = dice.choice(_MAIL_TROUBLE if service == "mail" else _API_TROUBLE)
            return self._outside(("trouble", {"service": service, "kind": kind, "times": dice.choice([1, 2])}))
        return None

    # ---- steps and their faults

    def _step(self, name: str, who: str, given: Given, *, plain: bool = False) -> Step:
        dice = self.dice
        after = dice.choice([0, 0, 0, 300, 1_000, 3_000, 20_000])
        fault = None if plain else self._fault()
        return Step(name, who, given, after, dice.randrange(1 << 30), fault)

    def _outside(self, chosen: tuple[str, Given]) -> Step:
        return Step(chosen[0], "", chosen[1], self.dice.choice([0, 1_000]), self.dice.randrange(1 << 30))

    def _fault(self) -> Fault | None:
        dice, profile = self.dice, self.profile
        roll = dice.random()
        if roll < profile.kill:
            return Fault("kill", dice.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12]))
        roll -= profile.kill
        if roll < profile.database:
            return Fault(
                dice.choice(["locked", "locked", "lost_commit"]),
                dice.choice([0, 0, 1, 1, 2, 3]),
                dice.choice([1, 1, 2, 3, 4]),
            )
        roll -= profile.database
        if roll < profile.meanwhile and self.world.visits:
            return Fault("meanwhile", dice.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6]), 1, self._aside())
        return None

    def _aside(self) -> Step:
        """What another person does about the same visit while the first one's call is under way."""
        visit = self._visit()
        if visit.pages and self.dice.random() < _TOGETHER:
            return self._step("together", "", at_the_bank_and_told(self.dice, visit.label), plain=True)
        if self.profile.posted and self.dice.random() < 0.25:
            asides: list[tuple[str, Given]] = [
                ("work", {}),
                ("post", {"pick": "all"}),
                ("post", {"pick": "last", "times": 2}),
            ]
            return self._step(*self.dice.choice([(name, "", given) for name, given in asides]), plain=True)
        name, who, given = self._about(visit)
        return self._step(name, who, {"visit": visit.label} | given, plain=True)

    def _post_trouble(self) -> tuple[str, Given]:
        dice = self.dice
        chosen: list[tuple[str, Given]] = [
            ("lose", {"n": dice.randrange(9)}),
            ("lose", {"all": True}),
            ("delay", {"n": dice.randrange(9), "seconds": dice.choice([60, 900, 3_600, 86_400, FIVE_DAYS])}),
            ("post", {"pick": "last", "times": dice.choice([1, 2, 5])}),
            ("post", {"pick": "reversed", "times": dice.choice([1, 2])}),
            ("post", {"pick": dice.randrange(20), "times": dice.choice([1, 3])}),
            ("resend", {"n": -dice.randrange(1, 30), "house": dice.choice(["Ana", "Dan"])}),
            (
                "forge",
                {"n": -dice.randrange(1, 20), "how": dice.randrange(9), "house": dice.choice(["Ana", "Dan"])},
            ),
            ("texts_move", {}),
            ("same_id_elsewhere", {"n": dice.randrange(9)}),
        ]
        return dice.choice(chosen)

    def _api_trouble(self) -> tuple[str, Given]:
        dice = self.dice
        kind, match = dice.choice(_API_TROUBLE), dice.choice(_API_MATCHES)
        return dice.choice(
            [
                ("trouble", {"kind": kind, "match": match, "times": dice.choice([1, 1, 2, 4])}),
                ("trouble", {"kind": kind, "match": match, "times": 1}),
                ("trouble", {"service": "twilio", "kind": kind, "times": dice.choice([1, 2])}),
                ("trouble", {"service": "mail", "kind": dice.choice(_MAIL_TROUBLE), "times": dice.choice([1, 2])}),
                ("outage", {"on": True, "service": dice.choice(["stripe", "stripe", "twilio"])}),
                ("all_well", {}),
                ("all_well", {}),
            ]
        )

    # ---- who and which

    def _visit(self) -> VisitRef:
        labels = list(self.world.visits)
        focus = self.world.visits.get(self._focus)
        is_done = focus is not None and not focus.pages and due_of(focus.bill_id) == 0
        if focus is None or self.dice.random() < (0.5 if is_done else 0.12):
            self._focus = self.dice.choice(labels[-6:])
        return self.world.visits[self._focus]

    def _staff(self, visit: VisitRef) -> str:
        able = [name for name, (owner, _, _) in DESK.items() if owner == visit.owner]
        if self.dice.random() < 0.02:
            return self.dice.choice([name for name in DESK if name not in able])
        return self.dice.choice([*able, visit.owner])

    def _request(self) -> str:
        self._requests += 1
        return f"r{self._requests}"

    def _book(self) -> Step:
        dice = self.dice
        self._labels += 1
        label = self._focus = f"v{self._labels}"
        place = dice.choice([*PLACES, "Mitte", "Mitte"])
        services = [dice.randrange(4) for _ in range(dice.choice([1, 1, 1, 2, 3]))]
        client = dice.choice([*CLIENTS, "Chloe", "Chloe", ""])
        owner = PLACES[place][-1]
        given = {"visit": label, "place": place, "client": client, "services": services, "request": self._request()}
        return self._step("book", owner, given)

    def _walk_in(self) -> Step:
        """A sale or a series under the same labels as bookings, or two cards that were one person's."""
        dice, booking = self.dice, self._book()
        if dice.random() < 0.08:
            kept, emptied = dice.sample(sorted(CLIENTS), 2)
            return self._step("merge", booking.who, {"kept": kept, "emptied": emptied, "request": self._request()})
        given = {name: booking.given[name] for name in ("visit", "place", "client", "request")}
        if dice.random() < 0.15:
            return self._step("series", booking.who, given | {"times": dice.choice([2, 3])})
        if dice.random() < 0.3:
            return self._step(*drawer_step(dice, given["place"], booking.who, given["request"]))
        return self._step("sale", booking.who, given)

    def _begin_plot(self) -> Step:
        """A visit of its own, and what happens to it."""
        booking = self._book()
        label, client = booking.given["visit"], booking.given["client"]
        owner = PLACES[booking.given["place"]][-1]
        self._plot = plot(self.dice, visit=label, owner=owner, client=client, next_request=self._request())
        return booking

    # ---- what

    def _about(self, visit: VisitRef) -> tuple[str, str, Given]:
        """(action, who, parameters) for a visit, by what stands at the payment system."""
        choices = self._choices(visit)
        total = sum(weight for weight, _, _ in choices)
        roll = self.dice.random() * total
        for weight, name, make in choices:
            roll -= weight
            if roll <= 0:
                who, given = make()
                return name, who, given
        raise AssertionError("unreachable")

    def _choices(self, visit: VisitRef) -> list[Choice]:
        out = self._desk_choices(visit) + self._time_choices()
        out += value_choices(self.dice, visit, self._staff(visit), self._request)
        if visit.tokens:
            out += self._client_choices(visit)
        if visit.pages:
            out += self._page_choices(visit)
        return [choice for choice in out if choice[1] in ACTIONS]

    def _desk_choices(self, visit: VisitRef) -> list[Choice]:
        dice = self.dice
        who = self._staff(visit)
        due = due_of(visit.bill_id)
        link_weight = 3.0 if visit.tokens else 20.0 if due else 1.0

        def form(**more: Any) -> tuple[str, Given]:
            given: Given = {"request": self._request(), "version": dice.choice(["now", "now", "now", "seen", "none"])}
            given["agree"] = dice.choice(["", "", "s", "s", "st", "sti", "i", "t"])
            return who, given | more

        return [
            (link_weight, "link", lambda: (who, self._ask(visit))),
            (2, "send", lambda: (who, {"channels": dice.choice([["email"], ["sms"], ["email", "sms"]]), "request": self._request(), "agree": dice.choice(["", "s"])})),
            (0.5, "undo_send", lambda: (who, {})),
            (1, "close_link", form),
            (1.5, "look", lambda: (who, {})),
            (3, "add_line", lambda: form(service=dice.randrange(4), product=dice.choice([0, 0, 1]), quantity=dice.choice([1, 2, 3]))),
            (5, "change_line", lambda: form(line=dice.randrange(3), **self._line_change(visit))),
            (1, "remove_line", lambda: form(line=dice.randrange(3))),
            (6 if due else 1.5, "take", lambda: form(kind=dice.choice(["cash", "cash", "card_terminal", "bank_transfer"]), minor=self._minor(visit), change=dice.choice([0, 0, 500]))),
            (1.5, "void", lambda: form(tender=dice.randrange(3))),
            (2, "stop", lambda: (who, {"agree": dice.choice(["", "t"]), "request": self._request()})),
            (2, "check_again", lambda: (who, {})),
            (0.8, "cancel", lambda: form(**self._keep(visit))),
            (0.7, "mark", lambda: (who, {"state": dice.choice(_STATES), "request": self._request()})),
            (0.3, "move", lambda: (who, {"days": dice.choice([1, 30, -1]), "request": self._request()})),
            (0.1, "link_life", lambda: (visit.owner, {"place": visit.place, "minutes": dice.choice([None, 45, 2_880])})),
            (0.2, "new_secret", lambda: (visit.owner, {"both": dice.random() < 0.7})),
            (4, "refund", lambda: form(tender=dice.randrange(3), share=dice.choice([None, None, 0.5, 0.3, 1.5]))),
            (3, "decide", lambda: (who, {"case": dice.randrange(4), "n": dice.randrange(5), "request": self._request(), "old": dice.random() < 0.1, "any": dice.random() < 0.1})),
        ]  # fmt: skip

    def _keep(self, visit: VisitRef) -> Given:
        roll = self.dice.random()
        if roll < 0.5:
            return {}
        return {"keep": 0 if roll < 0.75 else max(0, due_of(visit.bill_id) // 2), "credit": self.dice.random() < 0.4}

    def _ask(self, visit: VisitRef) -> Given:
        dice = self.dice
        agree = dice.choice(["", "s", "st", "sti"])
        if dice.random() < 0.65:
            return {"agree": agree}
        if dice.random() < 0.4:
            return {"ask": "all", "agree": agree}
        return {
            "ask": "amount",
            "minor": self._minor(visit) or 100,
            "agree": agree,
            "life": dice.choice([None, 30, 240]),
        }

    def _minor(self, visit: VisitRef) -> int | None:
        """An amount: all, a part, or too much."""
        due, dice = due_of(visit.bill_id), self.dice
        roll = dice.random()
        if roll < 0.4:
            return None
        if roll < 0.85:
            return max(1, round(due * dice.choice([0.5, 0.3, 0.9, 0.999])))
        return dice.choice([1, 30, max(1, due * 2), 5_000])

    def _line_change(self, visit: VisitRef) -> Given:
        dice = self.dice
        return dice.choice(
            [
                {"quantity": dice.choice([1, 2, 5])},
                {"unit_minor": dice.choice([0, 1, 4_999, 7_777, 13_000, 5_125])},
                {"discount_ppm": dice.choice([0, 100_000, 333_333, 1_000_000])},
                {"discount_minor": dice.choice([0, 1, 99, 1_000])},
            ]
        )

    def _client_choices(self, visit: VisitRef) -> list[Choice]:
        dice = self.dice
        who = visit.client or "somebody"
        token = -1 if dice.random() < 0.85 else dice.randrange(5)
        press = 4.0 if visit.pages else 12.0
        return [
            (1, "open_link", lambda: (who, {"token": token, "rest": dice.choice(["", "", "/return", "/state"])})),
            (0.4, "open_link", lambda: ("a robot", {"token": token, "bot": dice.randrange(4), "head": dice.random() < 0.3})),
            (press, "press_pay", lambda: (who, {"token": token, "face": dice.random() < 0.15})),
            (press / 4, "press_pay", lambda: (who, {"token": token, "value": dice.sample(range(20), dice.choice([1, 1, 2]))})),
            (0.2, "answer_text", lambda: (dice.choice(["Chloe", "Emil"]), {"text": dice.choice(["STOP", "START", "when?"])})),
        ]  # fmt: skip

    def _page_choices(self, visit: VisitRef) -> list[Choice]:
        dice = self.dice
        who = visit.client or "somebody"
        page = -1 if dice.random() < 0.8 else dice.randrange(5)
        sessions = books_of(self.world, self.world.house_of(visit)).table("sessions")
        session = sessions[visit.pages[-1]]
        is_open = session["status"] == "open"
        is_paid = session["payment_status"] == "paid"
        odd: Given = {"other_minor": dice.choice([3_000, 9_990])} if dice.random() < 0.7 else {"other_currency": "gbp"}
        return [
            (18 if is_open else 2, "pay", lambda: (who, {"page": page, "card": dice.choice(["good"] * 8 + ["declined", "challenge", "refund_pends", "refund_fails", "disputed"])})),
            (3 if is_open else 0.3, "pay", lambda: (who, {"page": page, "card": "debit", "bad": dice.random() < 0.5})),
            (2 if is_open else 0, "pay", lambda: (who, {"page": page} | odd)),
            (2 if session["payment_intent"] else 0, "challenge", lambda: (who, {"page": page, "passed": dice.random() < 0.7})),
            (4, "come_back", lambda: (who, {"token": -1, "face": dice.random() < 0.2})),
            (3 if session["status"] == "complete" and not is_paid else 0.2, "debit_decides", lambda: ("the bank", {"page": page, "ok": dice.random() < 0.5})),
            (1.2 if is_paid else 0.1, "dashboard_refund", lambda: (visit.owner, {"page": page, "share": dice.choice([None, 0.5, 0.3])})),
            (1 if is_paid else 0, "refund_ends", lambda: ("the bank", {"page": page, "n": dice.choice([-1, 0]), "ok": dice.random() < 0.6})),
            (0.6 if is_paid else 0, "dispute", lambda: ("the bank", {"page": page, "share": dice.choice([None, None, 0.5])})),
            (1.2 if is_paid else 0, "dispute_ends", lambda: ("the bank", {"page": page, "won": dice.random() < 0.5})),
        ]  # fmt: skip

    def _time_choices(self) -> list[Choice]:
        dice, profile = self.dice, self.profile
        waiting = (2.5 if in_flight(self.world) else 0.2) if profile.posted else 0

        def pass_time() -> tuple[str, Given]:
            seconds = dice.choice([5, 30, 61, 300, 900, 1_000, 3_700, 14_400, 90_000])
            return "", {
                "seconds": seconds,
                "awake": dice.random() < profile.awake,
                "posted": dice.random() < profile.posted,
            }

        return [
            (waiting, "post", lambda: ("", {"pick": dice.choice(["all", "due", "first"])})),
            (profile.worker, "work", lambda: ("", {})),
            (3, "wait", pass_time),
            (3, "jump", lambda: ("", {"timer": dice.choice(TIMERS), "ms": dice.choice([-1, 0, 1])})),
        ]
