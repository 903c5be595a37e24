from django.db import migrations

HOLDERS = ("owner", "manager", "receptionist")


def grant(apps, _editor):
    """Who runs the desk counts the drawer."""
    for role in apps.get_model("businesses", "Role").objects.filter(slug__in=HOLDERS).iterator():
        if "close_day" not in role.rights:
            role.rights = [*role.rights, "close_day"]
            role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("drawers", "0002_append_only"), ("businesses", "0009_shared_computers")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
