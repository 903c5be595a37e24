"""What stands in the printed QR code of a desk; it names a place, never a visit."""

from __future__ import annotations

from django.urls import path

from quittance.pay import desk_qr

urlpatterns = [
    path("<str:code>", desk_qr.show, name="desk_qr"),
    path("<str:code>/state", desk_qr.state, name="desk_qr_state"),
    path("<str:code>/yes", desk_qr.yes, name="desk_qr_yes"),
    path("<str:code>/phone", desk_qr.phone, name="desk_qr_phone"),
    path("<str:code>/code/<str:key>", desk_qr.code, name="desk_qr_code"),
]
