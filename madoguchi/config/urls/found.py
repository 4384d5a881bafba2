"""Errands are found, not listed: the `urlpatterns` of every folder below a window's.

They stand at the foot of its `views.py`, or in a `urls.py` where views are several modules.
"""

import importlib
import pkgutil
from importlib.util import find_spec
from types import ModuleType

from django.urls import URLPattern, URLResolver


def errands(window: ModuleType) -> list[URLPattern | URLResolver]:
    """The patterns of all errands of a window, in the order of their names."""
    patterns: list[URLPattern | URLResolver] = []
    for errand in pkgutil.iter_modules(window.__path__, f"{window.__name__}."):
        if not errand.ispkg:
            continue
        name = next(filter(find_spec, (f"{errand.name}.urls", f"{errand.name}.views")), None)
        if name:
            patterns.extend(importlib.import_module(name).urlpatterns)
    return patterns
