"""Each column that holds a code has its codes in the database; what else is short text is named."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import CharField, CheckConstraint, Model, Q, TextField

# column → what it holds instead of one of a few codes
OTHERWISE = {
    "act_once.key": "a hash",
    "act_once.verb": "a verb of rights.toml",
    "audit_line.verb": "a verb of rights.toml, or of tools.audit.opening",
    "cases_case.short_name": "the end of a number",
    "clinic_booking.day": "a day's reference",
    "clinic_booking.holder": "a hash",
    "clinic_lawyer.firm": "a name",
    "clinic_lawyer.name": "a name",
    "clinic_sitting.day": "a day's reference",
    "clinic_waiting.day": "a day's reference",
    "intake_mail_mail.mark": "a hash",
    "later_job.failed": "an error",
    "later_job.name": "a job's name; tests/house/test_jobs.py",
    "mail_addressed.mark": "a hash",
    "notices_notice.body": "words",
    "notices_notice.title": "words",
    "notices_pagecount.path": "a page",
    "notices_proposal.about": "a day's reference, or a grant as it stands",
    "notices_proposal.body": "words",
    "notices_proposal.title": "words",
    "office_office.desk_host": "a host",
    "office_office.name": "a name",
    "office_office.portal_host": "a host",
    "office_office.slug": "a folder",
    "signin_staff.name": "a name",
    "signin_staff.password": "a hash",
    "signin_staff.username": "a name",
    "subsidy_budget.section": "words",
    "subsidy_budgetchange.document_number": "words",
    "vault_heldfile.lookup": "a hash",
    "vault_mastermark.check_value": "a hash",
    "vault_receipt.number": "a number",
    "vault_visit.lookup": "a hash",
}


def held(model: type[Model]) -> Iterator[str]:
    """The columns of a table whose codes its constraint knows."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and constraint.name.endswith("_codes"):
            assert isinstance(constraint.condition, Q)
            for child in constraint.condition.children:
                assert isinstance(child, tuple)
                yield child[0].removesuffix("__in")


def test_every_column_of_codes_is_bound() -> None:
    unbound = set()
    for model in apps.get_models():
        if model.__module__.startswith("madoguchi."):
            known = set(held(model))
            unbound |= {
                f"{model._meta.db_table}.{field.column}"
                for field in model._meta.local_concrete_fields
                if isinstance(field, CharField | TextField) and field.column not in known
            }
    assert unbound == OTHERWISE.keys()
