"""The address at the foot of a reminder. GET asks, POST does; a mail program may POST by itself (RFC 8058)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from quittance.core import clock
from quittance.flows import unsubscribe as flow
from quittance.pay.languages import browser_language, chosen_language, language_for
from quittance.pay.throttle import misses


@csrf_exempt  # the address is signed, and a mail program has no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    now, ip = clock.now(), request.META.get("REMOTE_ADDR", "")
    with override(chosen_language(request) or browser_language(request) or "en"):
        if misses.is_blocked(key=ip, now=now):
            return render(request, "pay/too_many.html", status=429)
        if request.method == "POST":
            found = flow.unsubscribe(token=token, again="again" in request.POST, now=now)
        else:
            found = flow.offer(token=token)
        if found is None:
            if not misses.note(key=ip, now=now):
                return render(request, "pay/too_many.html", status=429)
            return render(request, "404.html", status=404)
    with override(language_for(request, client=found.language, location="")):
        context = {"business": found.business, "is_done": found.is_done, "was_pressed": request.method == "POST"}
        return render(request, "pay/unsubscribe.html", context)
