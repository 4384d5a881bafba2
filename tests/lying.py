"""Where the bytes of files lie just now: in the store, or still in the inbox of a window."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

from madoguchi.tools.vault import store


def place(file_id: UUID) -> Path:
    """Where this file lies; where the store would have it, when it lies nowhere."""
    places = (store.place(file_id), *(inbox / file_id.hex for inbox in store.inboxes()))
    return next((path for path in places if path.exists()), places[0])


def on_disk() -> list[Path]:
    """All bytes of files, whole or not, but those that were laid aside."""
    kept = [*Path(settings.FILES).rglob("*"), *Path(settings.INBOX).rglob("*")]
    return sorted(path for path in kept if path.is_file())
