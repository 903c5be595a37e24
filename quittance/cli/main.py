"""The command `quittance`: all that runs, checks and shows an installation."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from quittance.cli.sentences import SentenceError
from quittance.cli.start import set_up_django
from quittance.config.environment import RefusedToStartError, new_keys


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 something is wrong, 2 it could not start."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except RefusedToStartError as refused:
        print("Quittance does not start:", file=sys.stderr)
        for reason in refused.reasons:
            print(f"  - {reason}", file=sys.stderr)
    except SentenceError as sentence:
        print(sentence, file=sys.stderr)
    return 2


def _serve(options: argparse.Namespace) -> int:
    set_up_django()
    from quittance.cli.serve import serve

    return serve(host=options.host, port=options.port, processes=options.processes, threads=options.threads)


def _worker(options: argparse.Namespace) -> int:
    set_up_django()
    from quittance.worker.run import main as run_worker

    return run_worker(once=options.once)


def _migrate(options: argparse.Namespace) -> int:
    set_up_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=options.verbosity)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from quittance.cli.doctor import doctor

    return doctor(books=options.books)


def _demo(options: argparse.Namespace) -> int:
    from quittance.cli.demo import run_demo

    return run_demo(port=options.port, anew=options.anew)


def _sandbox(options: argparse.Namespace) -> int:
    from quittance.cli.demo import refuse_missing_sandbox

    refuse_missing_sandbox()
    from quittance.sandbox.__main__ import main as run_sandbox

    return run_sandbox(options.rest)


def _create_owner(options: argparse.Namespace) -> int:
    set_up_django()
    from quittance.cli.owner import create_owner

    return create_owner(options)


def _set_up_code(options: argparse.Namespace) -> int:
    set_up_django()
    from quittance.cli.owner import set_up_code

    return set_up_code(options)


def _new_keys(_options: argparse.Namespace) -> int:
    keys = new_keys()
    print(f"QUITTANCE_SECRET_KEY={keys['secret_key']}")
    print(f"QUITTANCE_KEY_RING={keys['key_ring']}")
    return 0


def _version(_options: argparse.Namespace) -> int:
    print(version("quittance"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quittance", description="Payment links for appointment businesses.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="command")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    demo = add("demo", _demo, "Start everything with demo data: web, worker and sandbox, until Ctrl-C.")
    demo.add_argument(
        "--port", type=_port, default=os.environ.get("PORT", "8000"), help="web; the sandbox takes the next"
    )
    demo.add_argument("--anew", action="store_true", help="forget the demo data first")

    serve = add("serve", _serve, "Serve the web pages.")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"))
    serve.add_argument("--processes", type=int, default=None, help="default: 1 on SQLite, 2 on PostgreSQL")
    serve.add_argument("--threads", type=int, default=8)

    worker = add("worker", _worker, "Send messages, ask about payments, do what is due.")
    worker.add_argument("--once", action="store_true", help="do what is due now, then end")

    migrate = add("migrate", _migrate, "Bring the database to this version.")
    migrate.add_argument("--verbosity", type=int, choices=range(4), default=1)

    doctor = add("doctor", _doctor, "Say in words what is wrong with this installation, and how to mend it.")
    doctor.add_argument("--books", action="store_true", help="check every bill, payment and entry as well")

    sandbox = add("sandbox", _sandbox, "Start the sandbox alone: a payment system, a phone network and a mailbox.")
    sandbox.add_argument("rest", nargs=argparse.REMAINDER, help="as for python -m quittance.sandbox")

    owner = add("createowner", _create_owner, "Make the first business with its owner, who logs in.")
    owner.add_argument("--business", required=True, help="its name")
    owner.add_argument("--email", required=True, help="the owner logs in with it")
    owner.add_argument("--name", required=True, help="the owner's name")
    owner.add_argument("--currency", required=True, help="three letters, such as EUR")
    owner.add_argument("--country", required=True, help="two letters, such as DE")
    owner.add_argument("--time-zone", required=True, help="such as Europe/Berlin")
    owner.add_argument("--location", default="", help="the first location's name; default: the business's")

    add("setupcode", _set_up_code, "Print the code with which the first owner is made in the browser.")
    add("newkeys", _new_keys, "Print a secret key and a key ring for a new installation.")
    add("version", _version, "Print the version.")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; type a number from 1 to 65000")
    return int(text)


if __name__ == "__main__":
    raise SystemExit(main())
