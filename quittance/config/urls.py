"""Every address of the installation."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from quittance.pay.unsubscribing import unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("quittance.desk.sign_in.urls")),
    path("p/", include("quittance.pay.urls")),
    path("u/<str:token>", unsubscribe, name="unsubscribe"),
    path("d/", include("quittance.pay.desk_qr_urls")),
    path("look/", include("quittance.pay.look_urls")),
    path("inbound/", include("quittance.inbound.urls")),
    path("", include("quittance.desk.urls")),
]
