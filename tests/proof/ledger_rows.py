"""Fill a house with grants: many for the ledger, one with attachments for the auditor to draw."""

from dataclasses import replace

from madoguchi.ops.start import django

django("desk")

from madoguchi.ops.town.bulk import APPLIED  # noqa: E402 - Django first
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from tests.proof.site import HOSTS  # noqa: E402
from tests.work.subsidy.drawn import whole  # noqa: E402
from tests.work.subsidy.filed import filed  # noqa: E402

ORDER = "=1+1"
office = by_host(HOSTS["desk"], "desk")
assert office is not None
filed(office, 12, now(), replace(APPLIED, phone="+81 279 00 0000", kana=ORDER))
whole(office, now())  # the thirteenth
