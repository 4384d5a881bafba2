"""What a window without the private key can do: make drawers that only the office opens."""

import json
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.tools.vault.models import DrawerKey

SHARED, STAFF, OFFICE, LOOSE = "shared", "staff", "office", "loose"


def pinned_file(slug: str) -> Path:
    """Where the office's public key is pinned: a file, never a table."""
    return Path(settings.PUBLIC_KEYS) / f"{slug}.json"


@lru_cache(maxsize=64)
def pinned(slug: str) -> tuple[UUID, int, bytes]:
    """Office id, generation and public point of an office.

    Raises:
        Misconfigured: naming the file and the remedy.
    """
    path = pinned_file(slug)
    remedy = "repeat `madoguchi office add` for this office at the desk, and copy the file here"
    try:
        told = json.loads(path.read_text("utf-8"))
        return UUID(told["office"]), int(told["generation"]), bytes.fromhex(told["public"])
    except OSError as error:
        raise Misconfigured(str(path), error.strerror or "unreadable", remedy) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(str(path), "is not a pinned public key", remedy) from error


def letter_address(office_id: UUID, case_id: UUID, drawer: str, generation: int) -> cipher.Address:
    """The address that a letter is bound to."""
    return cipher.Address(office_id, f"letter/{drawer}", case_id, case_id, generation)


def receipt_address(office_id: UUID, case_id: UUID) -> cipher.Address:
    """The address that the person's own wrap is bound to."""
    return cipher.Address(office_id, f"receipt/{SHARED}", case_id, case_id)


def new_shared(office: OfficeCard, case_id: UUID, receipt_key: bytes) -> Drawer:
    """The shared drawer (便り) of a new case: a letter to the office, a wrap for the person."""
    drawer = Drawer(office.id, case_id, SHARED, cipher.new_key())
    generation = _post(office, drawer)
    own = cipher.wrap(receipt_key, receipt_address(office.id, case_id), drawer.key)
    _keep(drawer, "receipt", generation, own)
    return drawer


def new_letter(office: OfficeCard, thing_id: UUID) -> Drawer:
    """The drawer of a loose thing (an enquiry, say): a letter to the office, and no way back."""
    drawer = Drawer(office.id, thing_id, LOOSE, cipher.new_key())
    _post(office, drawer)
    return drawer


def _post(office: OfficeCard, drawer: Drawer) -> int:
    """Put the drawer's key into the office's letterbox; the generation of the box."""
    office_id, generation, public = pinned(office.slug)
    if office_id != office.id:
        raise Misconfigured(str(pinned_file(office.slug)), "belongs to another office", "copy anew")
    address = letter_address(office.id, drawer.case_id, drawer.name, generation)
    _keep(drawer, "letter", generation, cipher.post_letter(public, address, drawer.key))
    return generation


def _keep(drawer: Drawer, by: str, generation: int, blob: bytes) -> None:
    DrawerKey.objects.create(
        office_id=drawer.office_id,
        case_id=drawer.case_id,
        drawer=drawer.name,
        by=by,
        generation=generation,
        blob=blob,
    )
