"""An application is received (収受); it goes on though something came before it."""

from datetime import date

from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.year import applied_on
from madoguchi.work.subsidy import history, order
from madoguchi.work.subsidy.acts.act import (
    GrantAct,
    Initial,
    day,
    known,
    line,
    refuse_if,
    story,
)
from madoguchi.work.subsidy.desk import LockedGrant, StepDetails, not_later, worded
from madoguchi.work.subsidy.fiscal_year import next_number
from madoguchi.work.subsidy.grant_view import GrantView


class Receive(GrantAct):
    """The application is here from that day on (収受); it gets its year and its number.

    Refused (`grant.received_on`): a day later than today, or before the form was submitted.
    """

    verb, right = Verb.RECEIVE, "grant.receive"

    received_on: date = day("past", hint=True)
    received_number: str = line(default="")
    online_counts: bool = known(lambda view: view.online_counts, default=False)

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        return {"received_on": view.today}

    def apply(self, grant: LockedGrant) -> StepDetails:
        on, sent_at = self.received_on, grant.grant.sent_at
        refuse_if(on > grant.now.date(), "grant.received_on")
        refuse_if(sent_at is not None and on < day_in_japan(sent_at), "grant.received_on")
        applied = applied_on(sent_at, on, online_counts=self.online_counts) or on
        year = fiscal_year(applied)
        numbered = {"fiscal_year": year, "number": next_number(grant.office_id, year)}
        details = {
            "received_number": self.received_number.strip(),
            "applied_on": applied.isoformat(),
            **numbered,
        }
        public = {"received_on": on.isoformat(), **numbered}
        return StepDetails(details, on, public, {"received_on": on, **numbered})


class Proceed(GrantAct):
    """It was decided to go on though contract or payment came too early: for the days known now.

    Refused: nothing did on which was not decided (`grant.proceed`), no number of that decision, no
    reason, or a day later than today.
    """

    verb, right = Verb.PROCEED, "grant.proceed"

    decided_on: date = day("past")
    document_number: str = line()
    why: str = story()

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        return {"decided_on": view.today}

    def apply(self, grant: LockedGrant) -> StepDetails:
        on, number = self.decided_on, self.document_number.strip()
        first = order.stopped_by(grant.steps, grant.rules.version, history.applied_on(grant.steps))
        refuse_if(not first, "grant.proceed")
        refuse_if(not number, "grant.proceed_number")
        details = {
            "decided_on": not_later(on, grant.now, "grant.proceed_on").isoformat(),
            "document_number": number,
            "why": worded(self.why, "grant.why"),
        }
        return StepDetails(details, on)
