from django.db import migrations, models
from django.utils import timezone


def begin(apps, _editor):
    """The worker looks daily for what is 90 days old."""
    apps.get_model("due", "Chore").objects.get_or_create(
        name="shrink inbox", defaults={"next_attempt_at": timezone.now()}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0001_initial"),
        ("due", "0002_chores_and_their_clocks"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundwebhook",
            name="body_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
