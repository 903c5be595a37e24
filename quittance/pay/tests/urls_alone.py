"""The client pages by themselves, as a process of their own would serve them."""

from __future__ import annotations

from django.urls import include, path

from quittance.pay.unsubscribing import unsubscribe

urlpatterns = [
    path("u/<str:token>", unsubscribe, name="unsubscribe"),
    path("p/", include("quittance.pay.urls")),
    path("d/", include("quittance.pay.desk_qr_urls")),
    path("look/", include("quittance.pay.look_urls")),
]
