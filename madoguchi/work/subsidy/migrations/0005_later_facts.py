"""A step may be a refund, a lower sum after the fixing (確定額の変更), or a going on in spite."""

from django.db import migrations, models

VERBS = [
    *("apply", "type_in", "receive", "return", "complete", "check", "draft", "undraft", "decide"),
    *("refuse", "contract", "change", "report", "fix", "claim", "send_back", "pay", "withdraw"),
    *("refund", "reduce", "revoke", "repay", "lapse", "carry", "proceed", "amend"),
]
STATES = [
    *("sent", "received", "returned", "drafted", "decided", "refused", "contracted", "reported"),
    *("fixed", "claimed", "paid", "withdrawn", "revoked", "reclaimed", "lapsed", "repaid"),
]


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0004_release_elsewhere")]
    operations = [
        migrations.RemoveConstraint("step", "subsidy_step_codes"),
        migrations.AddConstraint(
            "step",
            models.CheckConstraint(
                condition=models.Q(
                    ("verb__in", VERBS), ("state__in", STATES), ("drawer__in", ["shared", "staff"])
                ),
                name="subsidy_step_codes",
            ),
        ),
    ]
