"""`New sale`: somebody walks in; the checkout of an empty visit opens at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.fields import row_id
from quittance.flows.errors import GoneError
from quittance.flows.open_sale import open_sale


@require_POST
@desk_view(Right.EDIT_VISITS)
def new_sale(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Without a client, or with the one whose card it was pressed in."""
    typed = request.POST.get("client", "")
    client_id = row_id(typed)
    if typed and client_id is None:
        raise GoneError(_("This client does not exist."))
    opened = open_sale(actor=desk.actor, location_id=desk.location.pk, client_id=client_id, now=desk.now)
    url = reverse("desk:visit", kwargs={"visit_id": opened.visit_id})
    return HttpResponseRedirect(f"{url}?tab=checkout", status=303)
