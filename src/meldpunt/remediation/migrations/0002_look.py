from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("remediation", "0001_initial")]

    operations = [
        migrations.RemoveIndex("standing", "remediation_closed"),
        migrations.RemoveIndex("standing", "remediation_waiting"),
        migrations.RemoveField("standing", "asked_at"),
        migrations.AddField("standing", "look_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "standing",
            models.Index(
                fields=["-unread", "-closed_at", "-case"],
                name="remediation_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "standing",
            models.Index(fields=["look_at"], name="remediation_look", condition=models.Q(look_at__isnull=False)),
        ),
    ]
