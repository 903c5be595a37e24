"""The installed apps, floor by floor. Their labels are their folders' names."""

from __future__ import annotations

FRAMEWORK = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_vite",
    "csp",
]

# Ours stand before allauth, so that the sign-in pages are ours.
FACES = [
    "quittance.desk.apps.DeskConfig",
    "quittance.pay.apps.PayConfig",
    "quittance.inbound.apps.InboundConfig",
    "quittance.worker.apps.WorkerConfig",
    "quittance.ui.apps.UiConfig",
]

DOMAIN = [
    "quittance.calendar.apps.CalendarConfig",
    "quittance.payments.apps.PaymentsConfig",
    "quittance.messages.apps.MessagesConfig",
    "quittance.reminders.apps.RemindersConfig",
    "quittance.pay_desks.apps.PayDesksConfig",
    "quittance.drawers.apps.DrawersConfig",
    "quittance.bills.apps.BillsConfig",
    "quittance.wallets.apps.WalletsConfig",
    "quittance.catalog.apps.CatalogConfig",
    "quittance.clients.apps.ClientsConfig",
    "quittance.businesses.apps.BusinessesConfig",
    "quittance.inbox.apps.InboxConfig",
    "quittance.outbox.apps.OutboxConfig",
    "quittance.audit.apps.AuditConfig",
    "quittance.limits.apps.LimitsConfig",
    "quittance.due.apps.DueConfig",
]

SIGN_IN = ["allauth", "allauth.account"]

INSTALLED_APPS = ["quittance.config.apps.HouseConfig", *FRAMEWORK, *FACES, *DOMAIN, *SIGN_IN]
