"""After a step that the person may read, a mail without content asks them to look (お知らせ)."""

from datetime import datetime

from madoguchi.tools.mail import outbox
from madoguchi.work.subsidy.models import Grant

MAIL = "answered"  # says that there is news of their submission, and no more


def tell(grant: Grant, now: datetime) -> None:
    """Queue the mail, inside an act; the wishes of the moment decide whether it is sent."""
    outbox.queue(grant.office_id, grant.case_id, MAIL, now=now)
