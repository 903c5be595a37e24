"""`make coverage`: every branch of the rooms where money is counted is taken by a test, or the build fails.

That is bills, payments, what is due, the adapters, and the flows of money: all but those named in `_NOT_MONEY`.

    python -m tests.support.covered             the rooms on SQLite, and on PostgreSQL what only it runs
    python -m tests.support.covered --again     the report of the last run, without running anything

The tests are the rooms' own and those of money; races and killed processes prove other things and are left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".cache" / "coverage"

# What must be covered to the last branch.
ROOMS = (
    "quittance.bills",
    "quittance.payments",
    "quittance.due",
    "quittance.flows",
    "quittance.payment_systems",
    "quittance.message_channels",
)
# Flows of people, settings, the catalog and messages. They are tested too, most of them from the desk.
_NOT_MONEY = (
    "_client_way", "_fallback", "_importing", "_message_facts", "_people", "_reminder_standing", "_template_message",
    "_visit_facts", "archive_item", "arrange_*", "ask_desk_code", "call_back", "change_contact", "change_location",
    "change_look", "change_passkeys", "change_person", "correct_stock", "erase_client", "export_client", "import_*",
    "invite_person", "merge_clients", "note_preview", "plan_reminders", "record_consent", "renew_link",
    "replace_names", "resend_message", "save_*", "second_factor", "send_message", "send_reminder", "set_hours",
    "set_reminders", "set_taxes", "set_up", "set_value_types", "stop_reminders", "switch_user", "use_passkey",
)  # fmt: skip
_TESTS = (
    "quittance/bills",
    "quittance/payments",
    "quittance/due",
    "quittance/flows",
    "quittance/payment_systems",
    "quittance/message_channels",
    "quittance/desk",
    "quittance/pay",
    "quittance/worker",
    "quittance/wallets",
    "tests/money",
)
_PROVE_OTHER_THINGS = (
    "test_races.py",
    "test_contention.py",
    "test_killed_worker.py",
    "test_crashes.py",
    "test_outages.py",
)
# Statements of its own are written for PostgreSQL only here.
_POSTGRES_TESTS = ("quittance/due",)


def main(arguments: list[str]) -> int:
    if "--again" not in arguments:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob(".coverage*"):
            old.unlink()
        ignored = [f"--ignore=tests/money/{name}" for name in _PROVE_OTHER_THINGS]
        failed = _run("sqlite", [*_TESTS, *ignored]) or _run("postgres", list(_POSTGRES_TESTS))
        if failed:
            return failed
        _coverage("combine", "--quiet")
    left_out = ",".join(f"quittance/flows/{name}.py" for name in _NOT_MONEY)
    return _coverage("report", "--show-missing", "--skip-covered", f"--omit={left_out}", "--fail-under=100")


def _run(database: str, tests: list[str]) -> int:
    pytest = ["-m", "pytest", "-q", f"--db={database}", *tests]
    return _coverage("run", "--parallel-mode", f"--source={','.join(ROOMS)}", *pytest)


def _coverage(*arguments: str) -> int:
    environment = {**os.environ, "COVERAGE_FILE": str(FOLDER / ".coverage")}
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT, env=environment, check=False).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
