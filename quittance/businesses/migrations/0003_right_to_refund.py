from django.db import migrations

HOLDERS = ("owner", "manager")


def grant(apps, _editor):
    """Who could do everything before can refund now."""
    for role in apps.get_model("businesses", "Role").objects.filter(slug__in=HOLDERS).iterator():
        if "refund" not in role.rights:
            role.rights = [*role.rights, "refund"]
            role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("businesses", "0002_refund_policies")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
