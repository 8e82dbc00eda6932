from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("triage", "0003_searchable")]
    operations = [
        migrations.CreateModel(
            name="View",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(db_index=True, max_length=150)),
                ("name", models.BinaryField()),
                ("shows", models.BinaryField()),
                ("first", models.BooleanField(default=False)),
            ],
        ),
    ]
