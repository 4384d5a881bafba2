"""How a duty starts Django for one window; the hour, for duties that need no Django."""

import os
from datetime import datetime

from madoguchi.rules.koyomi.dates import JAPAN


def django(window: str) -> None:
    """Set `MADOGUCHI_WINDOW`, prepare SQLite and load the apps of that window.

    Raises:
        Misconfigured: when a variable or a file is not as it must be.
    """
    os.environ["MADOGUCHI_WINDOW"] = window
    os.environ["DJANGO_SETTINGS_MODULE"] = "madoguchi.config.settings"
    import django as framework

    framework.setup()


def now() -> datetime:
    """This moment in office time, to the second."""
    return datetime.now(JAPAN).replace(microsecond=0)
