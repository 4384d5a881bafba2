"""Whether words in a question mean danger; those come first in the index of what waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiry", "0002_bounds")]

    operations = [
        migrations.RemoveIndex("enquiry", "enquiry_to_look_at"),
        # The program before this column writes none, so the database has a default. Django knows
        # nothing of it: it would read it back from the insert, and the portal may read no question.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AddField(
                    "enquiry", "noticed", models.BooleanField(db_default=False, default=False)
                ),
            ],
            state_operations=[
                migrations.AddField("enquiry", "noticed", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddIndex(
            "enquiry",
            models.Index(
                fields=["office_id", "-noticed", "at", "id"],
                name="enquiry_to_look_at",
                condition=models.Q(ended=""),
            ),
        ),
    ]
