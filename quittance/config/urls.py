"""Every address of the installation."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("quittance.desk.sign_in.urls")),
    path("p/", include("quittance.pay.urls")),
    path("d/", include("quittance.pay.desk_qr_urls")),
    path("look/", include("quittance.pay.look_urls")),
    path("inbound/", include("quittance.inbound.urls")),
    path("", include("quittance.desk.urls")),
]
