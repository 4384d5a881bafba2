"""What the public pages read: changes of the programme, news, page counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, F, Max, QuerySet

from madoguchi.rules.programme.as_of import as_of, reworded
from madoguchi.rules.programme.changes import Change, decode
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts, telling, texts
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.work.notices.models import Notice, PageCount


@dataclass(frozen=True)
class NewsCard:
    """A notice as the news page and the feeds show it."""

    id: UUID
    on: date
    at: datetime
    title: str
    body: str
    kind: str


def _standing(office_id: UUID) -> QuerySet[Notice]:
    return Notice.objects.filter(office_id=office_id, withdrawn_at__isnull=True)


def changes(office_id: UUID) -> tuple[Change, ...]:
    """The dated changes that are not withdrawn, in the order in which they were decided."""
    rows = _standing(office_id).exclude(change={}).order_by("number")
    return tuple(_decoded(row.kind, json.dumps(row.change)) for row in rows)


@lru_cache(maxsize=2048)
def _decoded(kind: str, change: str) -> Change:
    """A row's change, cached: rows never change, and every page reads them all."""
    return decode(kind, json.loads(change))


def in_force(office: OfficeCard, day: date) -> Programme:
    """The programme of an office as it holds on a day, for work without a page."""
    return as_of(programme(office.slug), changes(office.id), day)


def words(office: OfficeCard, day: date) -> Texts:
    """The words of an office as they hold on a day, for work without a page."""
    decided = changes(office.id)
    today = as_of(programme(office.slug), decided, day)
    return telling(reworded(texts(office.slug), decided, day), today)


def news(office_id: UUID, limit: int = 50) -> tuple[NewsCard, ...]:
    """The newest notices; decisions without a title are no news."""
    rows = _standing(office_id).exclude(title="").order_by("-on", "-number")[:limit]
    return tuple(NewsCard(row.id, row.on, row.at, row.title, row.body, row.kind) for row in rows)


def version(office_id: UUID) -> str:
    """A mark that changes whenever a notice is published or withdrawn."""
    mark = Notice.objects.filter(office_id=office_id).aggregate(
        newest=Max("at"), all=Count("id"), withdrawn=Count("withdrawn_at")
    )
    return f"{mark['newest']}/{mark['all']}/{mark['withdrawn']}"


def count(office_id: UUID, totals: Mapping[str, int]) -> None:
    """Add to the totals of pages."""
    with transaction():
        for path, number in totals.items():
            row, _ = PageCount.objects.get_or_create(office_id=office_id, path=path)
            PageCount.objects.filter(pk=row.pk).update(total=F("total") + number)


def counts(office_id: UUID) -> dict[str, int]:
    """The totals of all pages."""
    rows = PageCount.objects.filter(office_id=office_id)
    return dict(rows.values_list("path", "total"))
