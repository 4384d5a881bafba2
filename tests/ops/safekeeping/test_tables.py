"""Where every table goes is a decision; a new table stops here until somebody takes it."""

from django.apps import apps
from django.db.models import Model

from madoguchi.ops.safekeeping import tables

DATA = """
    office.office audit.head audit.line vault.mastermark vault.heldfile act.once mail.outgoing
    mail.fetched mail.trouble later.job cases.case cases.consultee cases.wish cases.access cases.due
    record.entry evidence.item issued.issued referrals.referral interviews.interview enquiry.enquiry
    clinic.lawyer clinic.sitting clinic.booking clinic.waiting clinic.brief clinic.pack
    intake_mail.mail
    subsidy.draft subsidy.grant subsidy.step subsidy.check subsidy.budget subsidy.budgetchange
    subsidy.sample subsidy.release
    notices.notice notices.proposal notices.pagecount reports.settled reports.published
    signin.staff account.emailaddress account.emailconfirmation mfa.authenticator
"""
KEYS = "vault.officekey vault.drawerkey vault.receipt"
NEITHER = """
    vault.visit later.beat sessions.session contenttypes.contenttype auth.permission auth.group
"""


def labels(*models: type[Model]) -> set[str]:
    return {model._meta.label_lower for model in models}


def test_every_table_has_its_place() -> None:
    data = labels(*tables.data("default"), *tables.data("staff"))
    keys = labels(*tables.KEYS)
    assert data == set(DATA.split())
    assert keys == set(KEYS.split())
    assert labels(*apps.get_models()) - data - keys == set(NEITHER.split())
