from django.db import migrations, models

KINDS = [
    *("received", "sent", "call", "interview", "letter", "note", "heard", "paper", "deletion"),
    *("referral", "booking", "clinic", "apart", "consulted", "advice", "opened"),
    *("lifted", "watched", "promise", "wish", "closed", "reopened"),
]


class Migration(migrations.Migration):
    dependencies = [("record", "0004_promise")]

    operations = [
        migrations.RemoveConstraint(model_name="entry", name="record_entry_codes"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS), ("drawer__in", ["shared", "staff"])),
                name="record_entry_codes",
            ),
        ),
    ]
