"""Open promises are counted when one changes: those that are there are counted once."""

from django.db import migrations, models

LISTED = models.Q(("ended_at__isnull", True), ("kept_at__isnull", True), ("listed", True))
SORT = "handler, kind, severity, verdict"
WHICH = "FROM promises_promise WHERE kept_at IS NULL AND ended_at IS NULL AND listed"


def columns():
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("handler", models.CharField(max_length=150)),
        ("kind", models.CharField(max_length=16)),
        ("severity", models.CharField(max_length=10)),
        ("verdict", models.CharField(max_length=20)),
    ]


def counted(by):
    table = "promises_ending" if "late_from" in by else "promises_alike"
    return migrations.RunSQL(
        f"INSERT INTO {table} ({by}, number) SELECT {by}, COUNT(*) {WHICH} GROUP BY {by}", migrations.RunSQL.noop
    )


class Migration(migrations.Migration):
    dependencies = [("promises", "0004_alike")]
    operations = [
        migrations.RemoveIndex("promise", "promises_alike"),
        migrations.AddIndex(
            "promise", models.Index(condition=LISTED, fields=["handler", "late_from", "id"], name="promises_whose")
        ),
        migrations.CreateModel(
            "Alike",
            [*columns(), ("number", models.BigIntegerField())],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("number", 0)), fields=["number"], name="promises_alike_none")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("handler", "kind", "severity", "verdict"), name="promises_alike_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Ending",
            [*columns(), ("late_from", models.DateTimeField()), ("number", models.BigIntegerField())],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("number", 0)), fields=["number"], name="promises_ending_none")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("late_from", "handler", "kind", "severity", "verdict"), name="promises_ending_once"
                    )
                ],
            },
        ),
        counted(SORT),
        counted(f"{SORT}, late_from"),
    ]
