from __future__ import annotations

from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "quittance.inbound"
    label = "inbound"
