from django.db import migrations

HOLDERS = ("owner", "manager")
RIGHTS = ("edit_people", "see_audit_trail")


def grant(apps, _editor):
    """Who could change the settings before decides about people now, and reads the trail."""
    for role in apps.get_model("businesses", "Role").objects.filter(slug__in=HOLDERS).iterator():
        missing = [right for right in RIGHTS if right not in role.rights]
        if missing:
            role.rights = [*role.rights, *missing]
            role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("businesses", "0004_invitations")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
