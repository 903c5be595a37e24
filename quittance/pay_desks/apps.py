from django.apps import AppConfig


class PayDesksConfig(AppConfig):
    name = "quittance.pay_desks"
    label = "pay_desks"
    default_auto_field = "django.db.models.BigAutoField"
