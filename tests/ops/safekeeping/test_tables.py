"""Where every table goes is a decision; a new table stops here until somebody takes it."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db.models import Model

from madoguchi.ops.safekeeping import tables
from madoguchi.work.clinic.models import Booking

DATA = """
    office.office audit.head audit.line vault.mastermark vault.heldfile act.once mail.outgoing
    mail.fetched mail.trouble later.job cases.case cases.consultee cases.wish cases.access cases.due
    record.entry evidence.item issued.issued referrals.referral interviews.interview enquiry.enquiry
    clinic.lawyer clinic.sitting clinic.booking clinic.waiting clinic.brief clinic.pack
    intake_mail.mail
    subsidy.draft subsidy.grant subsidy.step subsidy.check subsidy.budget subsidy.budgetchange
    subsidy.sample
    notices.notice notices.proposal notices.pagecount reports.settled reports.published
    signin.staff account.emailaddress account.emailconfirmation mfa.authenticator
"""
KEYS = "vault.officekey vault.drawerkey vault.linekey vault.receipt"
NEITHER = """
    vault.visit subsidy.mark mail.addressed later.beat later.unblocked sessions.session
    contenttypes.contenttype auth.permission auth.group
"""


def labels(*models: type[Model]) -> set[str]:
    return {model._meta.label_lower for model in models}


def test_every_table_has_its_place() -> None:
    data = labels(*tables.data("default"), *tables.data("staff"))
    keys = labels(*tables.KEYS)
    assert data == set(DATA.split())
    assert keys == set(KEYS.split())
    assert labels(*apps.get_models()) - data - keys == set(NEITHER.split())


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["held", "offered"])
def test_a_place_of_before_without_an_end_is_over(
    tmp_path: Path, now: datetime, state: str
) -> None:
    """Else one row kept a backup of before from coming back: the table takes none such."""
    case_id = uuid4() if state == "offered" else None
    row = Booking(office_id=uuid4(), case_id=case_id, day="2026-12-19", number=1, state=state)
    row.channel, row.agreed_at, row.at = "web", now, now
    names, path = tables.columns(Booking), tmp_path / "booking"
    values = [getattr(row, name) for name in names]
    path.write_bytes(tables.line(names) + tables.line(values))
    tables.load(Booking, path, "default")
    assert Booking.objects.get().until_at == now
