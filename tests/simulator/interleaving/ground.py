"""A database of our own for a command: chosen by `--db`, empty and migrated, gone when the command ends."""

from __future__ import annotations


def prepare() -> None:
    """Before anything of the product is imported that needs Django."""
    from tests.support.database import forget_permissions, prepare_environment

    prepare_environment()
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quittance.config.settings")
    django.setup()
    from django.core.management import call_command

    forget_permissions()
    call_command("migrate", interactive=False, verbosity=0)
