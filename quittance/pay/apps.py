from __future__ import annotations

from django.apps import AppConfig


class PayConfig(AppConfig):
    name = "quittance.pay"
    label = "pay"
