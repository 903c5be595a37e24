from django.db import migrations
from django.utils import timezone


def begin(apps, _editor):
    """Accounts that were connected before their event lists were read."""
    sweeps = apps.get_model("payments", "EventSweep").objects
    for account in apps.get_model("payments", "PaymentAccount").objects.filter(sweep=None).iterator():
        sweeps.create(business_id=account.business_id, account=account, next_attempt_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_refunds")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
