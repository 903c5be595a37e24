from django.db import migrations
from django.utils import timezone


def begin(apps, _editor):
    """The worker closes what has run out."""
    apps.get_model("due", "Chore").objects.get_or_create(
        name="close expired links", defaults={"next_attempt_at": timezone.now()}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("due", "0002_chores_and_their_clocks"),
        ("payments", "0007_links_of_a_place"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE payments_paymentlink SET location_id = (SELECT bill.location_id FROM bills_bill bill"
            " WHERE bill.id = payments_paymentlink.bill_id) WHERE location_id IS NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
