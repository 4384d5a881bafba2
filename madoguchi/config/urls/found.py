"""Errands are found, not listed: every `urls.py` below a window's folder."""

import importlib
import pkgutil
from types import ModuleType

from django.urls import URLPattern, URLResolver


def errands(window: ModuleType) -> list[URLPattern | URLResolver]:
    """The patterns of all errands of a window, in the order of their names."""
    patterns: list[URLPattern | URLResolver] = []
    for errand in sorted(module.name for module in pkgutil.iter_modules(window.__path__)):
        try:
            urls = importlib.import_module(f"{window.__name__}.{errand}.urls")
        except ModuleNotFoundError as missing:
            if missing.name not in (
                f"{window.__name__}.{errand}.urls",
                f"{window.__name__}.{errand}",
            ):
                raise
            continue
        patterns.extend(urls.urlpatterns)
    return patterns
