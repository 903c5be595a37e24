"""The anchors beside the product."""

from __future__ import annotations

from django.urls import include, path

from tests.bench import anchors

urlpatterns = [*anchors.urlpatterns, path("", include("quittance.config.urls"))]
