"""The worker looks for words that mean danger in each question that waited when 0003 came."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def look(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    waiting = apps.get_model("enquiry", "Enquiry").objects.filter(ended="")
    job = apps.get_model("later", "Job").objects
    for enquiry_id, at in waiting.values_list("pk", "at"):
        job.create(name="intake.enquiry.notice", subject_id=enquiry_id, run_at=at, by_portal=False)


class Migration(migrations.Migration):
    dependencies = [("enquiry", "0003_noticed"), ("later", "0004_by_portal")]

    operations = [migrations.RunPython(look, migrations.RunPython.noop)]
