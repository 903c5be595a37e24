from django.apps import AppConfig


class BusinessesConfig(AppConfig):
    name = "quittance.businesses"
    label = "businesses"
    default_auto_field = "django.db.models.BigAutoField"
