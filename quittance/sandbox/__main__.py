"""``python -m quittance.sandbox``: the sandbox alone, until it is told to stop."""

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from quittance.sandbox.house import Sandbox
from quittance.sandbox.state import StateError


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    login = tuple(given.smtp_login.split(":", 1)) if given.smtp_login else None
    if login and len(login) != 2:
        return _sorry("--smtp-login is written as name:password.")
    house = Sandbox(
        auto_deliver=True, host=given.host, port=given.port, smtp_port=given.smtp_port, state_file=given.state
    )
    house.mail.login = (login[0], login[1]) if login else None
    try:
        house.start()
    except StateError as wrong:
        return _sorry(str(wrong))
    except OSError as wrong:
        house.stop()
        return _sorry(f"A port is taken: {wrong.strerror or wrong}. Choose others with --port and --smtp-port.")
    stop = threading.Event()
    _stop_on_signal(stop)
    try:
        for text in given.webhook:
            _add_webhook(house, text)
    except ValueError as wrong:
        house.stop()
        return _sorry(str(wrong))
    _greet(house)
    stop.wait()
    house.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m quittance.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001, help="web: Stripe, Twilio, pages (0: any free one)")
    parser.add_argument("--smtp-port", type=int, default=8025, help="mail (0: any free one)")
    parser.add_argument("--smtp-login", default="", metavar="NAME:PASSWORD", help="mail only after this log-in")
    parser.add_argument(
        "--state", type=Path, default=None, metavar="FILE", help="keep the books in this file between runs"
    )
    parser.add_argument(
        "--webhook",
        action="append",
        default=[],
        metavar="ACCOUNT=URL[,SECRET]",
        help="tell this address the events of the Stripe account behind sk_test_ACCOUNT; may be given several times",
    )
    return parser


def _add_webhook(house: Sandbox, text: str) -> None:
    account, _, rest = text.partition("=")
    url, _, secret = rest.partition(",")
    if not account or not url.startswith(("http://", "https://")):
        raise ValueError(f"--webhook {text!r} is not ACCOUNT=URL or ACCOUNT=URL,SECRET.")
    used = house.stripe.add_endpoint(url, account=account, secret=secret or None)
    _say(f"  webhooks of {account} go to {url}, signed with {used}")


def _greet(house: Sandbox) -> None:
    _say(f"The sandbox is open at {house.url}")
    _say(f"  phones and mailboxes  {house.url}/phone")
    _say(f"  trouble panel         {house.url}/panel")
    _say(f"  Stripe and Twilio     {house.url}  (base address for their SDKs; any key sk_test_<name> works)")
    _say(f"  mail                  {house.smtp_host}:{house.smtp_port}")


def _stop_on_signal(stop: threading.Event) -> None:
    def ring(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ring)
    signal.signal(signal.SIGINT, ring)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _sorry(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
