"""Is this machine's clock right? The newest line and the database's own clock tell (時計の点検)."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from madoguchi.tools.audit.models import Head, Line

MOST = timedelta(seconds=5)


def wrong(now: datetime) -> bool:
    """Whether the clock went back behind a written line, or differs from PostgreSQL's."""
    last = [
        Q(office_id=office_id, seq=seq)
        for office_id, seq in Head.objects.values_list("office_id", "seq")
    ]
    newest = Line.objects.filter(reduce(or_, last, Q(pk=None)))
    ahead = any(at > now + MOST for at in newest.values_list("at", flat=True))
    return ahead or abs(_difference(now)) > MOST


def _difference(now: datetime) -> timedelta:
    if connection.vendor != "postgresql":
        return timedelta(0)  # SQLite has no clock but ours
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return told - now
