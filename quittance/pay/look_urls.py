"""What client pages load to look like their business. No row is named: addresses are made of what they show."""

from __future__ import annotations

from django.urls import path

from quittance.pay import look

urlpatterns = [
    path("<slug:colour>.css", look.colours, name="look_colours"),
    path("<slug:colour>/preview.css", look.preview, name="look_preview"),
    path("<slug:key>.png", look.logo, name="look_logo"),
]
