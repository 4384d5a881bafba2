"""Tell the person that something waits, by the way that is safe: by mail, by telephone, or not."""

from datetime import datetime

from madoguchi.tools.mail import outbox
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.work.cases import dues
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case

BY_PHONE = ("phone", "no_voicemail")
MAIL = "answered"  # says that there is news, and nothing of what


def tell(case: Case, shared: Drawer, kind: str, now: datetime) -> None:
    """Queue a mail that says nothing, or have the desk call (a day of this kind), inside an act.

    Who wants neither finds it on their page.
    """
    wishes = cases.wishes(shared)
    if wishes.mail:
        outbox.queue(case.office_id, case.id, MAIL, now=now)
    elif wishes.contact_rule in BY_PHONE and not dues.waiting(case).filter(kind=kind).exists():
        dues.add(case, kind, now.date(), "today")
        dues.show(case, kind, now)
