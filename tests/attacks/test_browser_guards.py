"""What browsers are told on every route: no frames, no foreign scripts, no copies, no referrer; and what cookies bear."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import Client as Browser

from quittance.businesses.models import RoleAssignment, User
from quittance.core.actor import Right
from tests.attacks.asking import ask, methods
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import PASSWORD, Place, all_rows, browser, tried

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
ROOT = Path(__file__).parents[2]


def directives(response: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


def guards_hold(response: Any, *, of_client: bool) -> None:
    policy = directives(response)
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert "object-src" not in policy and "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == ("no-referrer" if of_client else "same-origin")
    assert "Server" not in response and "X-Powered-By" not in response


@pytest.mark.parametrize("name", NAMES)
def test_every_route_bears_the_guards_whatever_it_answers(ana: Place, name: str) -> None:
    of_client = ROUTES[name].who is Who.TOKEN
    for user in (
        None,
        ana.person(frozenset(Right), name="Owner"),
        ana.person(frozenset({Right.SEE_CALENDAR}), name="Eve"),
    ):
        for method in methods(ROUTES[name]):
            with tried():
                guards_hold(ask(browser(user), method, name, ana), of_client=of_client)


@pytest.mark.parametrize("path", ["/nowhere", "/p/nothing", "/inbound/fake/nothing", "/static/nothing.js", "/p/a/b/c"])
def test_pages_that_do_not_exist_bear_them_too(ana: Place, path: str) -> None:
    guards_hold(browser().get(path), of_client=path.startswith("/p/"))


@pytest.mark.parametrize(
    "name", [name for name in NAMES if ROUTES[name].who in {Who.STAFF, Who.TOKEN} and ROUTES[name].reads]
)
def test_no_copy_of_a_page_with_somebodys_visit_is_kept(ana: Place, name: str) -> None:
    """On a shared computer the next person's Back button must not show it, and no proxy may keep it."""
    response = ask(browser(ana.person(frozenset(Right), name="Owner")), "get", name, ana)
    assert "no-store" in response.headers.get("Cache-Control", ""), response.headers.get("Cache-Control")
    assert "private" in response["Cache-Control"]


@pytest.mark.row("C11")
@pytest.mark.parametrize("name", [name for name in NAMES if ROUTES[name].who is Who.TOKEN])
def test_client_pages_set_no_cookie_and_load_nothing_from_elsewhere(ana: Place, name: str) -> None:
    one = browser()
    for method in methods(ROUTES[name]):
        with tried():
            response = ask(one, method, name, ana)
            assert not response.cookies
            assert "noindex" in response["X-Robots-Tag"]
            assert not {"script-src", "img-src", "connect-src", "style-src"} & {
                part
                for part, sources in directives(response).items()
                if any("://" in one or one == "https:" for one in sources)
            }


@pytest.mark.row("K1")
def test_signing_in_begins_a_new_session_and_leaves_the_planted_one(ana: Place) -> None:
    user = ana.person(frozenset(Right), name="Owner")
    one = Browser()
    one.cookies["sessionid"] = "planted0planted0planted0planted0"
    assert one.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    given = one.cookies["sessionid"].value
    assert given != "planted0planted0planted0planted0"
    other = Browser()
    other.cookies["sessionid"] = "planted0planted0planted0planted0"
    assert other.get("/calendar").status_code == 302
    one.post("/accounts/logout/")
    third = Browser()
    third.cookies["sessionid"] = given
    assert third.get("/calendar").status_code == 302, "a session that was logged out still opens the desk"


@pytest.mark.row("K1")
def test_a_new_password_ends_every_other_session(ana: Place) -> None:
    user = ana.person(frozenset(Right), name="Owner")
    thief, one = browser(user), Browser()
    one.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert thief.get("/calendar").status_code == 200
    new = {"oldpassword": PASSWORD, "password1": "quite another one", "password2": "quite another one"}
    assert one.post("/accounts/password/change/", new).status_code == 302
    assert one.get("/calendar").status_code == 200
    assert thief.get("/calendar").status_code == 302


@pytest.mark.row("K1")
def test_who_is_switched_off_or_loses_the_role_is_out_at_once(ana: Place) -> None:
    user = ana.person(frozenset(Right), name="Owner")
    one = browser(user)
    assert one.get("/calendar").status_code == 200
    RoleAssignment.objects.filter(user=user).delete()
    assert one.get("/calendar").status_code == 403
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert one.get("/calendar").status_code == 302


def test_forged_and_foreign_session_cookies_open_nothing(ana: Place) -> None:
    for value in ("", "x", "1", "../../etc/passwd", "' OR 1=1 --", "a" * 5000, "\x00" * 32):
        one = Browser()
        one.cookies["sessionid"] = value
        assert one.get("/calendar").status_code == 302


# ---- sizes


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/p/{token}/pay", "/visits/{visit}/note", "/inbound/fake/{address_token}"]
)
def test_bodies_are_bounded_before_they_are_read(ana: Place, path: str) -> None:
    one = browser(ana.person(frozenset(Right), name="Owner"))
    before = all_rows()
    bodies = [
        ("application/x-www-form-urlencoded", b"note=" + b"a" * 2_000_000),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2_000))),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"a" * 2_000_000 + b"\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"a" * 3_000_000 + b"\r\n--x--\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b""),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b"[" * 100_000),
        ("application/x-www-form-urlencoded; charset=utf-7", b"note=+ADw-script+AD4-"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"note=x"),
    ]  # fmt: skip
    for kind, body in bodies:
        response = one.generic("POST", path.format(**ana.facts), body, content_type=kind)
        assert response.status_code < 500, (kind, len(body))
        if len(body) > 1_900_000 or (len(body) > 10_000 and "urlencoded" in kind):
            assert response.status_code in {400, 413}, (kind, len(body))
    if "note" not in path:
        assert all_rows() == before


def test_no_file_is_written_to_a_disk_and_none_is_large(ana: Place, tmp_path: Path) -> None:
    """Imports read small text files from memory; elsewhere a file is an unknown box."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert not any("Temporary" in handler for handler in settings.FILE_UPLOAD_HANDLERS)
    for path in ("/accounts/login/", f"/p/{ana.token}/pay"):
        small = Browser().post(path, {"login": "x", "file": SimpleUploadedFile("x.html", b"<script>")})
        assert small.status_code < 500
        assert b"<script>" not in small.content.replace(b"<script ", b"")
        several = {f"file{n}": SimpleUploadedFile("x.html", b"x") for n in range(5)}
        assert Browser().post(path, several).status_code == 400
        large = Browser().post(path, {"login": "x", "file": SimpleUploadedFile("x.html", b"x" * 3_000_000)})
        assert large.status_code in (400, 413)


# ---- production


def production(**more: str) -> dict[str, object]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("QUITTANCE_")} | {
        "QUITTANCE_MODE": "production", "QUITTANCE_SECRET_KEY": "kLm9" * 20 + "0123456789", "QUITTANCE_KEY_RING": Fernet.generate_key().decode(),
        "QUITTANCE_BASE_URL": "https://pay.ana.example", "QUITTANCE_ALLOWED_HOSTS": "pay.ana.example",
        "QUITTANCE_DATA_DIR": "/tmp", "QUITTANCE_SMTP_URL": "smtp://mail.example:587", "QUITTANCE_FROM_EMAIL": "a@ana.example",
        "QUITTANCE_DATABASE_URL": "sqlite:////tmp/quittance-attack.sqlite3", **more,
    }  # fmt: skip
    asked = (
        "import json; from quittance.config import settings as s; "
        "print(json.dumps({name: getattr(s, name) for name in dir(s) if name.isupper() and isinstance(getattr(s, name), (bool, int, str, list, type(None)))}, default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, cwd=ROOT, text=True, capture_output=True, check=True, timeout=60
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_production_sends_cookies_over_tls_only_and_shows_no_tracebacks() -> None:
    settings = production()
    assert settings["DEBUG"] is False
    assert (
        settings["SESSION_COOKIE_SECURE"]
        is settings["SESSION_COOKIE_HTTPONLY"]
        is settings["CSRF_COOKIE_SECURE"]
        is True
    )
    assert settings["SESSION_COOKIE_SAMESITE"] == settings["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert settings["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["ALLOWED_HOSTS"] == ["pay.ana.example"]
    assert settings["QUITTANCE_PROXY_COUNT"] == 1
    assert settings["QUITTANCE_DEMO_PASSWORD"] == ""
    assert settings["QUITTANCE_STRIPE_API_URL"] == settings["QUITTANCE_SANDBOX_URL"] == ""
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://pay.ana.example"]
    assert not settings.get("USE_X_FORWARDED_HOST") and not settings.get("USE_X_FORWARDED_PORT")
