"""A decision of the desk may be the law of a fiscal year's grants (年度の根拠規定)."""

from django.db import migrations, models

NOTICES = [
    *("news", "clinic_year", "clinic_moved", "clinic_cancelled", "clinic_added", "desk_closed"),
    *("desk_closed_span", "desk_hours", "hours", "number_hidden", "number", "line_hours"),
    *("agency_hidden", "agency_shown", "agency_checked", "division", "contact", "words"),
    *("paragraph", "year_law"),
]
PROPOSALS = [
    *NOTICES,
    *("grant_decided", "grant_paid", "ledger_names", "staff_added", "staff_renewed"),
    "audit_looked_into",
]
OUTCOMES = ["open", "confirmed", "dropped", "used"]


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_acts_of_two")]
    operations = [
        migrations.RemoveConstraint("notice", "notices_notice_codes"),
        migrations.RemoveConstraint("proposal", "notices_proposal_codes"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(("kind__in", NOTICES)), name="notices_notice_codes"
            ),
        ),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=models.Q(("kind__in", PROPOSALS), ("outcome__in", OUTCOMES)),
                name="notices_proposal_codes",
            ),
        ),
    ]
