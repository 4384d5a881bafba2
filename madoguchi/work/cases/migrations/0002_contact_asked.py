"""What the portal asks for stands apart from what the desk has read of the sealed wish.

The rule of before was the portal's to write: no wish counts as adopted, so that lists are unsure
until the worker has opened each once.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.AddField(
            "case",
            "contact_asked",
            models.CharField(default="wait", max_length=14, null=True),
        ),
        migrations.AlterField(
            "case",
            "contact_rule",
            models.CharField(default="wait", max_length=14),
        ),
        migrations.AddField(
            "wish", "adopted", models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunSQL(
            "UPDATE cases_case SET contact_asked = contact_rule", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            "wish",
            models.Index(
                fields=["case_id"], name="cases_wish_waits", condition=models.Q(adopted=False)
            ),
        ),
    ]
