"""What the framework alone does on this machine: the measure for everything else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from quittance.clients.models import Client
from quittance.core.clock import now
from quittance.due.models import WorkerHeartbeat

_ROWS = Engine().from_string(
    "<!doctype html><table>{% for client in clients %}<tr><td>{{ client.pk }}</td><td>{{ client.name }}</td>"
    "<td>{{ client.language|upper }}</td><td>{{ client.created_at|date:'j M Y H:i' }}</td></tr>{% endfor %}</table>"
)


def one_row(_request: HttpRequest, key: int) -> HttpResponse:
    return HttpResponse(Client.objects.get(pk=key).name)


def fifty_rows(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(_ROWS.render(Context({"clients": Client.objects.order_by("pk")[:50]})))


@csrf_exempt
def four_statements(_request: HttpRequest, key: int) -> HttpResponse:
    name = f"bench-{key}"
    with transaction.atomic():
        rows = WorkerHeartbeat.objects.filter(name=name)
        rows.update(skew_seconds=F("skew_seconds") + 1)
        seen_at = rows.values_list("seen_at", flat=True).get()
        rows.update(started_at=seen_at)
        rows.update(seen_at=now())
    return HttpResponse("written")


urlpatterns = [
    path("anchor/row/<int:key>", one_row),
    path("anchor/rows", fifty_rows),
    path("anchor/write/<int:key>", four_statements),
]
