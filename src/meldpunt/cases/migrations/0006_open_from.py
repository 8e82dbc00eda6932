from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_first_roles")]
    operations = [migrations.AddField("record", "open_from", models.DateTimeField(null=True))]
