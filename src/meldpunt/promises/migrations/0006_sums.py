"""An index that holds all that the filters of the first screen add up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("promises", "0005_tally")]
    operations = [
        migrations.AddIndex(
            "ending",
            models.Index(
                fields=["handler", "kind", "severity", "verdict", "late_from", "number"], name="promises_ending_sums"
            ),
        )
    ]
