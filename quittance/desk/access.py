"""Who is at the desk: signed in, at which location, with which rights. Every view of the desk starts here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from quittance.businesses.models import Business, Location, User
from quittance.businesses.queries_desk import Workplace, actor_at, workplaces_of
from quittance.businesses.roles import RIGHT_LABELS
from quittance.businesses.second_factor import has_second_factor
from quittance.core import clock
from quittance.core.actor import Actor, NotAllowedError, Right, require
from quittance.desk.answers import is_htmx, with_notice
from quittance.desk.languages import desk_language
from quittance.flows.errors import GoneError
from quittance.ui.client_words import in_words_of

P = ParamSpec("P")
LOCATION_KEY: Final = "location_id"
ONLY_BUSINESS_KEY: Final = "only_business_id"
_REQUEST_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}\Z")


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at one location for one request; `now` is read once."""

    user: User
    actor: Actor
    workplace: Workplace
    workplaces: tuple[Workplace, ...]
    now: datetime

    @property
    def business(self) -> Business:
        return self.workplace.business

    @property
    def location(self) -> Location:
        return self.workplace.location

    def may(self, right: Right) -> bool:
        return self.actor.may(right, self.location.pk)

    def require(self, right: Right) -> None:
        require(self.actor, right, self.location.pk)

    def at(self, location_id: int) -> Desk:
        """The same person at another location of the same business; 404 where they have no role."""
        for place in self.workplaces:
            if place.location.pk == location_id and place.business.pk == self.business.pk:
                return Desk(self.user, self.actor, place, self.workplaces, self.now)
        raise Http404


DeskView = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]


def desk_view(right: Right | None = Right.SEE_CALENDAR) -> Callable[[DeskView[P]], Callable[..., HttpResponse]]:
    """The view gets a Desk; without sign-in it leads there, without the right it answers 403."""

    def decorate(view: DeskView[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not isinstance(user, User):
                return _to_sign_in(request)
            desk = desk_of(request, user)
            if desk is None:
                return _refused(request, _("You have no role at any location. Ask the owner to give you one."))
            with override(desk_language(user=user, location=desk.location)):
                return answered(request, desk, *args, **kwargs)

        def answered(request: HttpRequest, desk: Desk, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if _lacks_second_factor(request, desk):
                return _to_second_factor(request)
            try:
                if right is not None:
                    desk.require(right)
                with in_words_of(desk.location.client_word):
                    response = view(request, desk, *args, **kwargs)
            except NotAllowedError as error:
                label = _(RIGHT_LABELS[error.right])
                return _refused(request, _("Your role does not include: %(right)s.") % {"right": label})
            except (GoneError, Http404) as error:
                return _missing(request, error)
            # Desks are shared: nothing of a client stays in the browser after signing out.
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        return guarded

    return decorate


def desk_of(request: HttpRequest, user: User) -> Desk | None:
    """The place chosen last in this browser, else the first one; None without any role."""
    # Who came by a PIN came by a computer of one business, and sees nothing of the others they work for.
    only = request.session.get(ONLY_BUSINESS_KEY)
    workplaces = [one for one in workplaces_of(user=user) if only is None or one.business.pk == only]
    if not workplaces:
        return None
    chosen = request.session.get(LOCATION_KEY)
    here = next((place for place in workplaces if place.location.pk == chosen), workplaces[0])
    actor = actor_at(
        user=user,
        business_id=here.business.pk,
        workplaces=workplaces,
        ip=request.META.get("REMOTE_ADDR", ""),
        request_id=request_id_of(request, user),
    )
    return Desk(user, actor, here, tuple(workplaces), clock.now())


def request_id_of(request: HttpRequest, user: User) -> str:
    """The id that the form was drawn with, bound to its person and address; empty when missing or no id of ours.

    Bound, so that two forms of one page, or of two people, are never taken for one pressing that arrived twice.
    """
    typed = request.POST.get("request_id", "")
    if not _REQUEST_ID.match(typed):
        return ""
    return hashlib.sha256(f"{user.pk} {request.path} {typed}".encode()).hexdigest()


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if not is_htmx(request) and "text/html" in request.headers.get("Accept", "text/html"):
        return redirect_to_login(request.get_full_path())
    response = HttpResponse(_("You are signed out. Sign in again."), status=401, content_type="text/plain")
    response["HX-Redirect"] = reverse("account_login")
    return response


def _lacks_second_factor(request: HttpRequest, desk: Desk) -> bool:
    """Where the role asks for it and it is not set up yet; the pages that set it up stay open."""
    if not desk.workplace.needs_second_factor or request.path_info.startswith("/accounts/"):
        return False
    return not has_second_factor(user_id=desk.user.pk)


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    url = reverse("account_two_factor")
    if not is_htmx(request):
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def _missing(request: HttpRequest, error: Exception) -> HttpResponse:
    """A whole page for a person who typed an address, a notice for one who pressed a button on an old page."""
    if not is_htmx(request):
        raise Http404(str(error)) from error
    response = HttpResponse(status=404)
    response["HX-Reswap"] = "none"
    return with_notice(response, _("This does not exist any more. Reload the page."), tone="alert")


def _refused(request: HttpRequest, text: str) -> HttpResponse:
    if is_htmx(request):
        response = HttpResponse(status=403)
        response["HX-Reswap"] = "none"
        return with_notice(response, text, tone="alert")
    return render(request, "desk/refused.html", {"text": text}, status=403)
