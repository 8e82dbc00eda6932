"""Promises can be filtered by severity and verdict of their case; those that are there are told theirs."""

from django.db import migrations, models

LISTED = models.Q(("ended_at__isnull", True), ("kept_at__isnull", True), ("listed", True))


def fill_in(apps, schema_editor):
    promises = apps.get_model("promises", "Promise").objects
    entries = apps.get_model("ledger", "Entry").objects.filter(kind="case.assessed").order_by("number")
    newest = {stream: facts for stream, facts in entries.values_list("stream", "facts").iterator()}
    for case, facts in newest.items():
        promises.filter(case=case).update(severity=facts["severity"], verdict=facts["verdict"])


class Migration(migrations.Migration):
    dependencies = [("promises", "0003_whose"), ("ledger", "0002_append_only")]
    operations = [
        migrations.AddField("promise", "severity", models.CharField(default="", max_length=10)),
        migrations.AddField("promise", "verdict", models.CharField(default="", max_length=20)),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.RemoveIndex("promise", "promises_whose"),
        migrations.AddIndex(
            "promise",
            models.Index(
                condition=LISTED,
                fields=["handler", "kind", "severity", "verdict", "late_from", "id"],
                name="promises_alike",
            ),
        ),
    ]
