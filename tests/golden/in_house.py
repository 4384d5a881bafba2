"""Fills the house of MADOGUCHI_HOME, or goes on in it: `python -m tests.golden.in_house WHAT`."""

import json
import sys

from madoguchi.ops.start import django

django("desk")

from django.conf import settings  # noqa: E402 - Django first
from django.test.utils import setup_test_environment  # noqa: E402 - the same

from madoguchi.ops import prepare  # noqa: E402 - the same
from tests.golden import living, packing  # noqa: E402 - the same


def main(what: str) -> None:
    """Say in JSON what is needed to go on, or do so."""
    setup_test_environment()
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    if what == "fill":
        prepare.databases()
        prepare.demo_key(settings.MASTER_KEY_FILE)
        office = prepare.office("shibukawa", *packing.HOSTS)
        with living.at(office, living.MONDAY) as town:
            print(json.dumps(living.fill(town)))
    else:
        with living.at(living.office(), living.LATER) as town:
            living.go_on(town, packing.told())


if __name__ == "__main__":
    main(sys.argv[1])
