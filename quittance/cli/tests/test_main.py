from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from quittance.cli import main as command


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUITTANCE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "quittance.cli.main", *arguments],
        env=kept | variables, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.row("M2")
@pytest.mark.parametrize("name", ["serve", "worker", "migrate"])
def test_an_incomplete_production_environment_is_refused_in_sentences_without_a_traceback(name, tmp_path):
    done = run(name, QUITTANCE_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "Quittance does not start:"
    assert "  - QUITTANCE_SECRET_KEY is missing; set it to the output of `quittance newkeys`." in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_names_the_missing_settings_and_ends_with_one(tmp_path):
    done = run("doctor", QUITTANCE_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "!!  settings         QUITTANCE_KEY_RING is missing" in done.stdout


def test_new_keys_start_a_production_installation(tmp_path):
    printed = dict(line.split("=", 1) for line in run("newkeys").stdout.splitlines())
    done = run(
        "migrate", "--verbosity", "0",
        QUITTANCE_DATA_DIR=str(tmp_path), QUITTANCE_BASE_URL="https://pay.example.org",
        QUITTANCE_ALLOWED_HOSTS="pay.example.org", **printed,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "quittance.sqlite3").exists()


def test_version_prints_the_version_alone():
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", run("version").stdout)


@pytest.mark.parametrize("port", ["0", "http", "70000"])
def test_a_port_that_is_none_is_refused_with_the_range(port, capsys):
    with pytest.raises(SystemExit):
        command.main(["serve", "--port", port])
    assert "is not a port; type a number from 1 to 65000" in capsys.readouterr().err


def test_the_self_hosting_page_names_every_variable_and_command():
    root = Path(__file__).resolve().parents[3]
    page = (root / "docs" / "self-hosting.md").read_text()
    source = (root / "quittance" / "config" / "environment.py").read_text()
    variables = set(re.findall(r'"(QUITTANCE_[A-Z_]+)"', source)) - {"QUITTANCE_DEBUG"}
    assert {name for name in variables if name not in page} == set()
