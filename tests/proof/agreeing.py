"""A person reads what would be passed on and says yes: `python -m tests.proof.agreeing PAIR`.

With `refer`, as the desk's user: a counsellor writes down what would be passed on.
"""

import re
import sys

from madoguchi.ops.start import django

REFER = "refer"
django("desk" if sys.argv[1:] == [REFER] else "portal")

from django.test import Client  # noqa: E402 - Django first
from django.test.utils import setup_test_environment  # noqa: E402

from tests.web.portal import browsing  # noqa: E402


def refer() -> None:
    """Take the one case and refer it, with consent."""
    from uuid import uuid4

    from madoguchi.tools.office.actor import Actor
    from madoguchi.web.kit.arrival import now
    from madoguchi.work.cases import actions, queries
    from madoguchi.work.cases.models import Case
    from madoguchi.work.referrals.actions import Consent, NewReferral
    from madoguchi.work.referrals.actions import refer as do
    from madoguchi.work.referrals.public import Summary

    row, moment = Case.objects.get(), now()
    actor = Actor(row.office_id, "counsellor", uuid4())
    queries.open_case(actor, row.pk, now=moment)
    actions.take(actor, queries.find(actor, row.pk), now=moment)
    new = NewReferral("ihaho", Consent("person"), moment.date(), Summary(told="消したい"))
    do(actor, queries.find(actor, row.pk), new, now=moment)


def agree(number: str, secret: str) -> None:
    """Open the receipt, read the page, say yes; it is asked no more."""
    setup_test_environment()
    person = Client(
        headers={
            "host": "portal.test",
            "x-forwarded-proto": "https",
            "sec-fetch-site": "same-origin",
        }
    )
    assert browsing.open_receipt(person, number, secret).status_code == 303
    page = person.get("/s/f/r/").content.decode()
    assert "消したい" in page
    found = re.search(r'name="proposal" value="([^"]+)"', page)
    assert found
    sent = {"case": browsing.mark(person), "proposal": found[1], "answer": "yes"}
    assert person.post("/s/f/r/", sent)["Location"] == "/s/f/"
    assert "渡してよいと伝えました" in person.get("/s/f/").content.decode()
    assert person.get("/s/f/r/")["Location"] == "/s/f/"


if __name__ == "__main__":
    if sys.argv[1:] == [REFER]:
        refer()
    else:
        agree(*sys.argv[1:])
