from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "quittance.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"
