"""A step may say why the account is in another name (口座名義の確認)."""

from django.db import migrations, models

VERBS = [
    *("apply", "type_in", "receive", "return", "complete", "check", "draft", "undraft", "decide"),
    *("refuse", "contract", "change", "report", "fix", "claim", "send_back", "pay", "withdraw"),
    *("refund", "reduce", "revoke", "repay", "lapse", "carry", "proceed", "holder", "amend"),
]
STATES = [
    *("sent", "received", "returned", "drafted", "decided", "refused", "contracted", "reported"),
    *("fixed", "claimed", "paid", "withdrawn", "revoked", "reclaimed", "lapsed", "repaid"),
]


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0005_later_facts")]
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
