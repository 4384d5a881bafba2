"""A ledger with names waits for its second as every act of two does (`notices.Proposal`).

The table stays for the program before this one; what waited in it lasts a day.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0003_codes")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="Release")]
        ),
    ]
