from django.db import migrations
from django.utils import timezone


def make_due(apps, _editor):
    erased = apps.get_model("clients", "Client").objects.filter(erased_at__isnull=False)
    now = timezone.now()
    rows = apps.get_model("clients", "Erasure").objects
    for business_id, client_id in erased.values_list("business_id", "pk").iterator():
        rows.get_or_create(client_id=client_id, defaults={"business_id": business_id, "next_attempt_at": now})


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_erasures")]

    operations = [migrations.RunPython(make_due, migrations.RunPython.noop)]
