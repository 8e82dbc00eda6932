from django.db import migrations


def give(apps, schema_editor):
    """Whoever has an account did everything until now, and goes on doing so."""
    held = apps.get_model("cases", "HeldRole")
    people = apps.get_model("auth", "User").objects.values_list("username", flat=True)
    roles = ("handler", "lead", "administrator")
    held.objects.bulk_create([held(person=person, role=role) for person in people for role in roles])


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cases", "0004_access"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
