"""The worker looks for words that mean danger in each mail that waited when 0003 came."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def look(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    undecided = apps.get_model("intake_mail", "Mail").objects.filter(state__in=("waiting", "aside"))
    job = apps.get_model("later", "Job").objects
    for mail_id, at in undecided.values_list("pk", "arrived_at"):
        job.create(name="intake.mail.notice", subject_id=mail_id, run_at=at, by_portal=False)


class Migration(migrations.Migration):
    dependencies = [("intake_mail", "0003_noticed"), ("later", "0004_by_portal")]

    operations = [migrations.RunPython(look, migrations.RunPython.noop)]
