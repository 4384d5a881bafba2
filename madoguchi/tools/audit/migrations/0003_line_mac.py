"""By what a line of desk and worker is known; lines of before, and the portal's, have none."""

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_bounds")]

    operations = [
        migrations.AddField(
            "line", "mac", models.BinaryField(default=None, max_length=36, null=True)
        ),
        migrations.AddConstraint(
            "line",
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("mac"), 36), name="audit_line_mac_longest"
            ),
        ),
    ]
