"""The sandbox as a process of its own, with books that outlive it; and how it stands apart from the product."""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quittance.sandbox import RealClock, Sandbox
from quittance.sandbox.stripe.errors import RefusalError
from quittance.sandbox.tests.support import START, Shop, browse
from quittance.sandbox.tests.test_twilio import CHLOE, send

ROOT = Path(__file__).parents[3]


def test_it_imports_nothing_else_of_the_product() -> None:
    found = set()
    for path in (ROOT / "quittance" / "sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {
                name for name in names if name.startswith("quittance") and not name.startswith("quittance.sandbox")
            }
    assert found == set()


def test_the_books_outlive_the_process(tmp_path: Path) -> None:
    file = tmp_path / "books.json"
    shop = Shop()
    shop.sandbox = Sandbox(clock=shop.clock, deliver=shop.postbox, state_file=file)
    with shop.sandbox:
        shop.sandbox.stripe.add_endpoint("http://salon.example/hook", account="salon", secret="whsec_salon")
        opened = shop.open()
        shop.sandbox.stripe.pay(shop.open().id)
        shop.sandbox.stripe.webhooks.lose_next(3, account="salon")
        send(shop)
        shop.sandbox.twilio.settle()
        shop.sandbox.twilio.answer_from_phone(CHLOE, "STOP")
    with Sandbox(clock=shop.clock, deliver=shop.postbox, state_file=file) as again:
        assert [str(one.major) for one in again.books.charges()] == ["60.00"]
        assert [one.text for one in again.books.letters(to=CHLOE)] == ["Pay here: http://salon.example/p/1", "STOP"]
        assert len(again.stripe.webhooks.deliver_due()) == 4
        assert again.stripe.books("salon").habits.lose_next == 3
        assert again.stripe.pay(opened.id).charged
        account = next(iter(again.twilio.accounts.values()))
        assert again.twilio.stopped(account, "+4930123456", CHLOE)


@pytest.mark.parametrize("text", ["not json", "{}", '{"form": 99}', "[]"])
def test_a_file_that_holds_something_else_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "books.json"
    file.write_text(text)
    done = run("--port", "0", "--smtp-port", "0", "--state", str(file))
    assert done.returncode == 1
    assert "does not hold a sandbox's books" in done.stderr
    assert file.read_text() == text


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "quittance.sandbox", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, cwd=ROOT)


def test_it_starts_alone_says_where_it_is_and_ends_on_sigterm(tmp_path: Path) -> None:
    file = tmp_path / "books.json"
    command = [sys.executable, "-m", "quittance.sandbox", "--port", "0", "--smtp-port", "0", "--state", str(file)]
    command += ["--webhook", "salon=http://127.0.0.1:9/hook,whsec_salon"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ)) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        assert "whsec_salon" in lines[0]
        url = lines[1].split()[-1]
        assert browse(url + "/health").text == '{\n  "ok": true\n}'
        assert "Phones and mailboxes" in browse(url + "/").text
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert json.loads(file.read_text())["accounts"][0]["name"] == "salon"


def test_a_taken_port_is_said_in_a_sentence(shop: Shop) -> None:
    done = run("--port", str(shop.sandbox.server.port), "--smtp-port", "0")
    assert done.returncode == 1
    assert "Choose others with --port and --smtp-port" in done.stderr


def test_a_background_thread_delivers_by_itself() -> None:
    shop = Shop()
    shop.sandbox = Sandbox(deliver=shop.postbox, auto_deliver=True)
    shop.clock.move_to(shop.sandbox.clock.now())
    with shop.sandbox:
        shop.sandbox.stripe.add_endpoint("http://salon.example/hook", account="salon")
        shop.sandbox.stripe.pay(shop.open().id)
        ends_at = time.monotonic() + 5
        while not shop.postbox.got and time.monotonic() < ends_at:
            time.sleep(0.02)
    assert shop.postbox.got


def test_a_seed_makes_the_same_marks_again() -> None:
    ids = []
    for _ in range(2):
        shop = Shop()
        with shop.sandbox:
            ids.append(shop.open().id)
    assert ids[0] == ids[1]


def test_a_sandbox_that_was_not_started_says_so() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = Sandbox().url
    with pytest.raises(RefusalError):
        Sandbox().stripe.pay("cs_test_nothing")


def test_clocks_know_how_far_they_are_ahead() -> None:
    shop = Shop()
    assert shop.clock.now() == START
    real = RealClock()
    assert real.offset().total_seconds() == 0
