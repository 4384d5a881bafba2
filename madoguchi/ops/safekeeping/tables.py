"""Which tables go into *data*, which into *keys*, which into neither, and why (控えの中身).

*keys* holds what forgetting destroys and what opens the rest; *data* alone opens nothing, even
with the master key. A new table goes into *data* by itself; a test makes people decide.
"""

from django.apps import apps
from django.db import router
from django.db.models import Model, QuerySet

from madoguchi.tools.later.models import Beat
from madoguchi.tools.vault.models import DrawerKey, HeldFile, OfficeKey, Receipt, Visit

KEYS: tuple[type[Model], ...] = (OfficeKey, DrawerKey, Receipt)
LEFT_OUT: tuple[type[Model], ...] = (
    Visit,  # unsent words and open receipts: leaving ends them
    Beat,  # which worker lives: none does in a house that was put back
)
LEFT_OUT_APPS = ("contenttypes", "auth", "sessions")  # made by `migrate`; nobody is signed in


def data(database: str) -> tuple[type[Model], ...]:
    """The tables of a database (`default` or `staff`) that belong into *data*."""
    return tuple(
        model
        for model in apps.get_models()
        if model not in KEYS
        and model not in LEFT_OUT
        and model._meta.app_label not in LEFT_OUT_APPS
        and router.db_for_read(model) == database
    )


def rows(model: type[Model], using: str) -> QuerySet[Model]:
    """The rows that are kept: all, but files of unsent drafts, whose keys lie beside them."""
    kept = model._default_manager.using(using).order_by("pk")  # noqa: SLF001 - Django's documented name
    return kept.filter(case_id__isnull=False) if model is HeldFile else kept
