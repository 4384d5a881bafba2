"""PostgreSQL: one function by which all wait for their turn (`tools/transaction.py`).

The portal may take no advisory lock but by it, twenty at a time: else whoever has its role fills
the table in which all locks of the server stand, and nobody does anything any more. It holds them
for its owner, who has to be allowed what everybody else is refused (docs/running/roles.sql).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LOCK = """
CREATE FUNCTION act_lock(key text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF session_user = 'madoguchi-portal' AND 20 <= (
        SELECT count(*) FROM pg_lock_status()
        WHERE pid = pg_backend_pid() AND locktype = 'advisory'
    ) THEN
        RAISE EXCEPTION 'too many locks' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(key, 0));
END $$
"""


def make(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LOCK)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION act_lock")


class Migration(migrations.Migration):
    dependencies = [("act", "0002_bounds")]

    operations = [migrations.RunPython(make, remove)]
