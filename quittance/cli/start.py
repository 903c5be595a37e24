"""How a command wakes Django: late, so that `quittance version` and a refused start stay quick."""

from __future__ import annotations

import os


def set_up_django() -> None:
    """Raises RefusedToStartError with every reason why the environment does not do."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quittance.config.settings")
    django.setup()
