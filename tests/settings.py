"""The product's settings in the tests' surroundings: a home of their own, two offices.

pytest-django reads settings before any conftest, so the variables are set here.
"""

import os
import tempfile
from pathlib import Path

HOME_OF_TESTS = tempfile.TemporaryDirectory(prefix="madoguchi-test-")  # gone with the process
os.environ["MADOGUCHI_HOME"] = HOME_OF_TESTS.name
os.environ["MADOGUCHI_WINDOW"] = "desk"
os.environ["MADOGUCHI_RECEIPT_COST"] = "test"
os.environ["MADOGUCHI_PROGRAMMES"] = str(Path(__file__).parent / "programmes")

from madoguchi.config.settings import *  # noqa: E402, F403 - everything, as it stands

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - from the product's settings
STORAGES["staticfiles"] = {  # noqa: F405 - no manifest without a collection run
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

PASSWORD_HASHERS = ["tests.passwords.Cheap"]

for row in DATABASES.values():  # noqa: F405 - from the product's settings
    if "sqlite3" in row["ENGINE"]:  # nobody cuts the power: no test waits for the disk
        row["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
