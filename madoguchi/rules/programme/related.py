"""Pages that go together, chosen by hand (関連ページ)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Related:
    """What goes with one page; pages are named as in addresses: ``guide/delete``, ``desks``."""

    page: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class RelatedFile:
    """What ``related.toml`` holds."""

    page: tuple[Related, ...]
