"""That the portal held up the desk, and was cut off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("later", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Unblocked",
            [
                ("on", models.DateField(primary_key=True, serialize=False)),
                ("sessions", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
        ),
    ]
