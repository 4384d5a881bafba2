"""How tests look into drawers: as a house is checked that stays as it is, so without a line."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from madoguchi.tools.audit import opening
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer


@contextmanager
def inside() -> Iterator[None]:
    """Everything may be opened in the block, or in the function that it decorates."""
    with opening.lineless("unwritable"):
        yield


def drawers(office_id: UUID, case_id: UUID) -> tuple[Drawer, Drawer]:
    with inside():
        return unseal.drawers(office_id, case_id)


def loose(office_id: UUID, thing_id: UUID) -> Drawer:
    with inside():
        return unseal.loose(office_id, thing_id)
