"""What the sealed bytes of a file hash to, so that a copy can be compared without a key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        migrations.AddField(
            "heldfile",
            "sealed_sha256",
            models.BinaryField(db_default=b"", default=b"", max_length=32),
        ),
    ]
