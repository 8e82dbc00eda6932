from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversation', '0002_came_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxletter',
            name='said',
            field=models.BinaryField(default=b''),
        ),
    ]
