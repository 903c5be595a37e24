"""`quittance demo`: web, worker and sandbox with demo data, one group of processes that ends together."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from quittance.cli.ports import is_free
from quittance.cli.processes import ProcessGroup
from quittance.cli.sentences import SentenceError
from quittance.cli.start import set_up_django
from quittance.core import http

_READY_SECONDS: Final = 40.0
_HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """All follow from the first one."""

    web: int

    @property
    def sandbox(self) -> int:
        return self.web + 1

    @property
    def mail(self) -> int:
        return self.web + 25

    @property
    def all(self) -> tuple[int, int, int]:
        return self.web, self.sandbox, self.mail


def run_demo(*, port: int, anew: bool) -> int:
    """Prepare what is not there yet, start everything, say where to look, wait for Ctrl-C."""
    ports = Ports(web=port)
    home = Path(os.environ.get("QUITTANCE_DATA_DIR") or Path.cwd() / "var" / "demo").absolute()
    refuse_missing_sandbox()
    _refuse_taken_ports(ports)
    if anew:
        forget(home)
    os.environ.update(demo_environment(ports=ports, home=home))
    group = ProcessGroup(environment=os.environ)
    group.listen_for_signals()
    python = [sys.executable, "-m"]
    try:
        group.start("sandbox", [*python, "quittance.sandbox", *_sandbox_arguments(ports=ports, home=home)], quiet=True)
        seeded = _prepare(group, ports=ports, home=home)
        group.start("worker", [*python, "quittance.cli.main", "worker"])
        group.start("web", [*python, "quittance.cli.main", "serve", "--host", _HOST, "--port", str(ports.web)])
        _wait_for(group, f"http://{_HOST}:{ports.web}/healthz")
        if not group.told_to_stop:
            print(welcome(ports=ports, log_ins=seeded), flush=True)
        ended = group.wait()
    finally:
        group.stop()
    if ended is not None:
        name, status = ended
        raise SentenceError(
            f"The {name} ended by itself (status {status}), so the demo ended. Its last words are above."
        )
    return 0


def demo_environment(*, ports: Ports, home: Path) -> dict[str, str]:
    """What the three processes share."""
    # The sandbox names its pages by this very address, and browsers compare it to the letter.
    sandbox = f"http://{_HOST}:{ports.sandbox}"
    return {
        "QUITTANCE_MODE": "demo",
        "QUITTANCE_DATA_DIR": str(home),
        "QUITTANCE_DATABASE_URL": os.environ.get("QUITTANCE_DATABASE_URL") or f"sqlite:///{home / 'quittance.sqlite3'}",
        "QUITTANCE_BASE_URL": f"http://localhost:{ports.web}",
        "QUITTANCE_STRIPE_API_URL": sandbox,
        "QUITTANCE_TWILIO_API_URL": sandbox,
        "QUITTANCE_WHATSAPP_API_URL": sandbox,
        "QUITTANCE_MAIL_SERVICES_API_URL": f"{sandbox}/mail-services",
        "QUITTANCE_SANDBOX_URL": sandbox,
        "QUITTANCE_SMTP_URL": f"smtp://{_HOST}:{ports.mail}",
    }


def forget(home: Path) -> None:
    """Remove the demo's data; only a folder that a demo made is removed."""
    if home.exists() and not (home / "keys.json").exists() and any(home.iterdir()):
        raise SentenceError(f"{home} holds no demo data, so it is left alone. Unset QUITTANCE_DATA_DIR.")
    shutil.rmtree(home, ignore_errors=True)


def refuse_missing_sandbox() -> None:
    """The wheel alone brings no packages for it: nobody runs a sandbox beside real money."""
    if find_spec("werkzeug") is None or find_spec("aiosmtpd") is None:
        raise SentenceError("The demo needs the sandbox's packages. Install them: pip install 'quittance[demo]'")


def _refuse_taken_ports(ports: Ports) -> None:
    taken = [port for port in ports.all if not is_free(host=_HOST, port=port)]
    if taken:
        named = " and ".join(str(port) for port in taken)
        verb = "is" if len(taken) == 1 else "are"
        raise SentenceError(
            f"Port {named} {verb} taken by another program. Choose other ones: PORT={_free_start(ports.web)} make demo"
        )


def _free_start(taken: int) -> int:
    """A first port whose neighbours are free too."""
    starts = range(taken + 100, taken + 3100, 100)
    return next((start for start in starts if all(is_free(host=_HOST, port=one) for one in Ports(start).all)), 9500)


def _sandbox_arguments(*, ports: Ports, home: Path) -> list[str]:
    return [
        "--port", str(ports.sandbox),
        "--smtp-port", str(ports.mail),
        "--state", str(home / "sandbox.json"),
    ]  # fmt: skip


def _prepare(group: ProcessGroup, *, ports: Ports, home: Path) -> str:
    """Migrate and seed; both take no time when they are done already. Returns the log-ins as text."""
    set_up_django()
    from django.core.management import call_command

    from quittance.cli.demo_seed import seed_demo
    from quittance.core.clock import now

    if not (home / "quittance.sqlite3").exists():
        print("Making the demo data. This once it takes half a minute ...", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    _wait_for(group, f"http://{_HOST}:{ports.sandbox}/health")
    return seed_demo(now=now())


def _wait_for(group: ProcessGroup, url: str) -> None:
    """Until the address answers; a program that ended meanwhile is said by name."""
    deadline = time.monotonic() + _READY_SECONDS
    while not group.told_to_stop:
        ended = group.ended()
        if ended is not None:
            raise SentenceError(f"The {ended[0]} did not start (status {ended[1]}). Its last words are above.")
        try:
            http.call("GET", url)
        except http.OutsideError:
            if time.monotonic() > deadline:
                raise SentenceError(
                    f"{url} did not answer within {_READY_SECONDS:.0f} s. Run `make demo` again."
                ) from None
            time.sleep(0.1)
        else:
            return


def welcome(*, ports: Ports, log_ins: str) -> str:
    """What a newcomer sees: addresses, log-ins, and what to try first."""
    return f"""
Quittance runs.

  Desk       http://localhost:{ports.web}/
  Phone      http://localhost:{ports.sandbox}/phone       what clients get: SMS and mail arrive here, links open here
  Trouble    http://localhost:{ports.sandbox}/panel       lose or delay webhooks, break the payment system

Log in as
{log_ins}

Try first
  1. Log in as the receptionist: today's calendar opens. Click an appointment, then `Send link`.
  2. Open the phone page, tap the link in the message, press `Pay`, use the card 4242 4242 4242 4242.
  3. Look back at the desk: the visit turned paid by itself.

Ctrl-C ends all of it. The data stays for the next `make demo`; `make demo-reset` begins anew.
"""
