"""`./run test --postgresql`: the suite on PostgreSQL, on one server that is gone with the run.

Loaded as a plugin before settings are read: its import starts the server and names it to them.
tests/conftest.py leaves out, and counts, what is marked as a question to the other database.
"""

import os

from tests.postgresql import address, started

DATABASES = {"MADOGUCHI_DATABASE": "cases", "MADOGUCHI_STAFF_DATABASE": "staff"}

SERVER = started()
os.environ.update({name: address(SERVER, database) for name, database in DATABASES.items()})
