from django.apps import AppConfig


class DrawersConfig(AppConfig):
    name = "quittance.drawers"
    label = "drawers"
    default_auto_field = "django.db.models.BigAutoField"
