"""What both windows may know of offices."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.tools.office.models import Office

KEPT = 64


@dataclass(frozen=True)
class OfficeCard:
    """An office as pages and jobs see it."""

    id: UUID
    slug: str
    name: str


_by_host: dict[str, OfficeCard] = {}


def card(office: Office) -> OfficeCard:
    """The plain card of a row."""
    return OfficeCard(office.id, office.slug, office.name)


def by_host(host: str, window: str) -> OfficeCard | None:
    """The office that answers at this host name; None for an unknown one (never kept)."""
    key = f"{window}/{host}"
    if key not in _by_host:
        field = "portal_host" if window == "portal" else "desk_host"
        office = Office.objects.filter(**{field: host}).first()
        if office is None:
            return None
        if len(_by_host) >= KEPT:
            _by_host.clear()
        _by_host[key] = card(office)
    return _by_host[key]


def by_id(office_id: UUID) -> OfficeCard:
    """The office of this id.

    Raises:
        Office.DoesNotExist: when there is none.
    """
    return card(Office.objects.get(pk=office_id))


def portal_host(office_id: UUID) -> str:
    """The host name at which the office's portal answers, for papers of the desk."""
    return Office.objects.values_list("portal_host", flat=True).get(pk=office_id)


def forget_hosts() -> None:
    """Empty the memory of host names (after an office was added or changed)."""
    _by_host.clear()
