"""A place is held or offered until a moment; one of before that has none is over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_codes")]

    operations = [
        migrations.RunSQL(
            "UPDATE clinic_booking SET until_at = CURRENT_TIMESTAMP"
            " WHERE state IN ('held', 'offered') AND until_at IS NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("held", "offered")), _negated=True)
                | models.Q(("until_at__isnull", False)),
                name="clinic_booking_until",
            ),
        ),
    ]
