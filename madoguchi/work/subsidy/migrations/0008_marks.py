"""Marks by which grants that may be one person's are found; the worker makes those of before."""

import uuid

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0007_undo")]
    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("office_id", models.UUIDField()),
                ("case_id", models.UUIDField(db_index=True)),
                ("grant_id", models.UUIDField()),
                ("step", models.PositiveIntegerField()),
                ("mark", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["office_id", "mark"], name="subsidy_marked"),
                    models.Index(fields=["grant_id", "step"], name="subsidy_marked_step"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=LessThanOrEqual(Length("mark"), 32),
                        name="subsidy_mark_mark_longest",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            "grant", models.Index(fields=["office_id", "case_id"], name="subsidy_grant_case")
        ),
    ]
