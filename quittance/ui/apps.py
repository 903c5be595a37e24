from __future__ import annotations

import contextlib

from django.apps import AppConfig
from django.conf import settings

from quittance.ui.catalogs import compile_stale


class UiConfig(AppConfig):
    name = "quittance.ui"
    label = "ui"

    def ready(self) -> None:
        # A wheel brings its catalogs compiled; a checkout that is worked on compiles them when they changed.
        if settings.QUITTANCE_MODE != "production":
            with contextlib.suppress(OSError):
                compile_stale()
