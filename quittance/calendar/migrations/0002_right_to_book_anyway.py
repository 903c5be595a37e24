from django.db import migrations

HOLDERS = ("owner", "manager", "receptionist")


def grant(apps, _editor):
    """Who runs the desk may squeeze somebody in."""
    for role in apps.get_model("businesses", "Role").objects.filter(slug__in=HOLDERS).iterator():
        if "book_anyway" not in role.rights:
            role.rights = [*role.rights, "book_anyway"]
            role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_initial"), ("businesses", "0003_right_to_refund")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
