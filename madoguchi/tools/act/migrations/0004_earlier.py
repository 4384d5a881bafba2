"""PostgreSQL: one function that says what came of an act under its key (`action.earlier_result`).

The portal asks it with a key that only the person's visit gives. Of the table it reads nothing:
the desk's acts stand in it, with their verbs and times.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EARLIER = """
CREATE FUNCTION act_earlier(office uuid, act text, under text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT result_id FROM act_once WHERE office_id = office AND verb = act AND key = under
$$
"""


def make(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(EARLIER)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION act_earlier")


class Migration(migrations.Migration):
    dependencies = [("act", "0003_lock")]

    operations = [migrations.RunPython(make, remove)]
