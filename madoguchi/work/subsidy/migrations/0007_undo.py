"""A step may take another back that was recorded by mistake (誤記録)."""

from django.db import migrations, models

VERBS = [
    *("apply", "type_in", "receive", "return", "complete", "check", "draft", "undraft", "decide"),
    *("refuse", "contract", "change", "report", "fix", "claim", "send_back", "pay", "withdraw"),
    *("refund", "reduce", "revoke", "repay", "lapse", "carry", "proceed", "holder", "amend", "undo"),
]
STATES = [
    *("sent", "received", "returned", "drafted", "decided", "refused", "contracted", "reported"),
    *("fixed", "claimed", "paid", "withdrawn", "revoked", "reclaimed", "lapsed", "repaid"),
]


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0006_account_holder")]
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
