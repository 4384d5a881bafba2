"""A person answers, reports and claims under the portal's user: `-m … person|desk PAIR …`.

With `desk`, as the desk's user: their grant begins in a state (`=returned`) or goes on by verbs.
"""

import sys
from typing import Any

from madoguchi.ops.start import django

django("desk" if sys.argv[1] == "desk" else "portal")

from django.test import Client  # noqa: E402 - Django first
from django.test.utils import setup_test_environment  # noqa: E402

from tests.web.portal import browsing  # noqa: E402
from tests.web.portal.own_page import ADDRESS, page, send  # noqa: E402

TODAY = ["2024", "4", "20"]
TYPED: dict[str, dict[str, Any]] = {
    "a/": {"answer_words": "画面はもう消えています。"},
    "c/": {"signed_on": TODAY, "contract_lawyer": "法務 一郎", "contract_yen": "300,000"},
    "r/": {"receipt_on": TODAY, "paid_yen": "300,000"},
    "q/": {
        "bank": "yucho",
        "yucho_sign": "14030",
        "yucho_number": "76543211",
        "holder_kana": "ヨシダ ハナコ",
    },
    "q/check/": {},
    "x/": {"withdraw_words": ""},
}


def desk(number: str, secret: str, *verbs: str) -> None:
    """The desk's steps, and those of the person that lead to a state."""
    from madoguchi.rules.steps.grant import Verb
    from madoguchi.tools.office.models import Office
    from madoguchi.tools.office.public import by_id
    from madoguchi.web.kit.arrival import now
    from madoguchi.work.cases import jobs
    from madoguchi.work.subsidy.models import Grant
    from tests.work.subsidy.owning import Owner, own_of

    pair, moment = (number, secret), now()
    held = browsing.holding(by_id(Office.objects.get().id), pair)
    jobs.adopt(held.case_id, now=moment)
    if verbs[0].startswith("="):
        own_of(held, moment, pair, verbs[0][1:])
        return
    row = Grant.objects.filter(case_id=held.case_id).latest("sent_at")
    Owner(held, row, moment, pair).goes(*map(Verb, verbs))


def person(number: str, secret: str, *pages: str) -> None:
    """Open the receipt and do what these pages ask."""
    setup_test_environment()
    browser = Client(
        headers={
            "host": "portal.test",
            "x-forwarded-proto": "https",
            "sec-fetch-site": "same-origin",
        }
    )
    assert browsing.open_receipt(browser, number, secret).status_code == 303
    page(browser)
    for what in pages:
        typed = dict(TYPED[what])
        if what == "r/":
            typed["files"] = [browsing.file("ryoshusho.jpg")]
        answer = send(browser, what, **typed)
        assert answer.status_code == 303, (what, answer.content.decode())
        assert answer["Location"].startswith(ADDRESS)
    page(browser)
    assert browser.get("/s/f/").status_code == 200


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
