from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("later", "0003_bounds")]

    operations = [
        migrations.AddField(
            "job", "by_portal", models.BooleanField(db_default=True, default=True)
        ),
        migrations.RemoveIndex("job", "job_waiting"),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["by_portal", "run_at"],
                name="job_waiting_by",
                condition=models.Q(done_at__isnull=True),
            ),
        ),
    ]
