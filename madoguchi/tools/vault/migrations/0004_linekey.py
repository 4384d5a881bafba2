"""The keys of the MACs on the audit's lines."""

import uuid

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_bounds")]

    operations = [
        migrations.CreateModel(
            "LineKey",
            [
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("office_id", models.UUIDField()),
                ("generation", models.PositiveSmallIntegerField()),
                ("under", models.PositiveSmallIntegerField()),
                ("since", models.PositiveBigIntegerField()),
                ("blob", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=LessThanOrEqual(Length("blob"), 256),
                        name="vault_linekey_blob_longest",
                    ),
                    models.UniqueConstraint(
                        fields=("office_id", "generation"), name="vault_one_line_key_a_generation"
                    )
                ]
            },
        ),
    ]
