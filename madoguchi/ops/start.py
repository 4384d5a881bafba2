"""Start Django for one window from the command line."""

import os


def django(window: str) -> None:
    """Set `MADOGUCHI_WINDOW`, prepare SQLite and load the apps of that window.

    Raises:
        Misconfigured: when a variable or a file is not as it must be.
    """
    os.environ["MADOGUCHI_WINDOW"] = window
    os.environ["DJANGO_SETTINGS_MODULE"] = "madoguchi.config.settings"
    import django as framework

    framework.setup()
