"""After real transactions nothing is left of a test, and everything of the tables' making."""

from datetime import datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from tests.emptied import MADE_BY_MIGRATE, empty
from tests.offices import make_staff

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def filled() -> set[str]:
    """The tables of both databases that hold a row."""
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    found = set()
    for database in ("default", "staff"):
        there = set(connections[database].introspection.table_names())
        with connections[database].cursor() as cursor:
            for table in names & there:
                cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
                found |= {table} if cursor.fetchone()[0] else set()
    return found


def test_what_was_written_is_gone_and_what_migrate_made_stays(
    office: OfficeCard, now: datetime
) -> None:
    made = ContentType.objects.count(), Permission.objects.using("staff").count()
    staff = make_staff(office, "counsellor", "試験 一", now)
    assert {"office_office", Staff._meta.db_table} <= filled() - MADE_BY_MIGRATE
    empty("default")
    empty("staff")
    assert filled() <= MADE_BY_MIGRATE
    assert not Staff.objects.filter(id=staff.id).exists()
    assert (ContentType.objects.count(), Permission.objects.using("staff").count()) == made
    assert 0 not in made


@pytest.mark.parametrize("turn", [1, 2])
def test_nothing_of_one_test_stands_in_the_next(
    turn: int, request: pytest.FixtureRequest, now: datetime
) -> None:
    assert filled() <= MADE_BY_MIGRATE
    make_staff(request.getfixturevalue("office"), "counsellor", "試験 一", now)
    assert not filled() <= MADE_BY_MIGRATE
