"""A counsellor writes down what would be passed on, for the person to say yes to."""

from datetime import datetime

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from madoguchi.work.referrals.actions import Consent, NewReferral, refer
from madoguchi.work.referrals.models import Referral
from madoguchi.work.referrals.public import Summary
from tests.offices import actor_of, make_staff

PHONE = ("consult.phone.label", "0279-00-0000")
SUMMARY = Summary((PHONE,), "書き込みが続いている", "消し方の助言")


def propose(office: OfficeCard, now: datetime) -> Referral:
    """The referral of the one case that there is, which waits for its person's yes."""
    case_id = Case.objects.get().pk
    actor = actor_of(make_staff(office, "counsellor", "木村", now))
    queries.open_case(actor, case_id, now=now)
    cases.take(actor, queries.find(actor, case_id), now=now)
    new = NewReferral("ihaho", Consent("person", until_on="2027-01-31"), now.date(), SUMMARY)
    refer(actor, queries.find(actor, case_id), new, now=now)
    return Referral.objects.get()
