"""All that people do at the public window, in its own process: `python -m tests.proof.errands`."""

from dataclasses import replace
from unittest.mock import patch

from madoguchi.ops.start import django

django("portal")

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - Django first
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from madoguchi.rules import slots  # noqa: E402
from madoguchi.rules.koyomi.dates import fiscal_year  # noqa: E402
from madoguchi.rules.programme.changes import ClinicYearPublished  # noqa: E402
from madoguchi.rules.programme.desk import Interviews  # noqa: E402
from madoguchi.rules.programme.load import programme  # noqa: E402
from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import card  # noqa: E402
from madoguchi.tools.vault import visit  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.web.portal import visits  # noqa: E402
from madoguchi.web.portal.pages import PAGES  # noqa: E402
from madoguchi.work.cases.public import AtOffice, consultee  # noqa: E402
from madoguchi.work.clinic import public as clinics  # noqa: E402
from tests.web.portal import browsing  # noqa: E402
from tests.web.portal.browsing import holding  # noqa: E402

ADDED = "あとから思い出したこと"


def main() -> None:
    """Read and ask about pages, ask for help with a file, do all that a receipt opens, leave."""
    setup_test_environment()
    person = Client(
        headers={
            "host": "portal.test",
            "x-forwarded-proto": "https",
            "sec-fetch-site": "same-origin",
        }
    )
    for page in PAGES:
        assert person.get("/" if page == "landing" else f"/{page}/").status_code == 200, page
    asked = {"text": "日にちを知りたい", "wants": "mail", "email": "toi@example.jp", "token": "a"}
    for _ in range(2):
        assert person.post("/enquiry/ask/", asked).status_code == 303
    browsing.fill(person, files=[SimpleUploadedFile("a.jpg", b"\xff\xd8 picture", "image/jpeg")])
    number, secret = browsing.send(person)
    assert person.post("/s/leave/").status_code in (200, 303)
    assert browsing.open_receipt(person, number, secret).status_code == 303
    assert browsing.add(person, ADDED).status_code == 303
    case = {"case": browsing.mark(person)}
    for path, wish in (("/s/f/w/", {"contact_rule": "wait", "mail": "no"}), ("/s/f/d/", {})):
        assert person.get(path).status_code == 200
        assert person.post(path, case | wish).status_code == 303
    meet(person)
    for text, status in (("もうひとつ", 303), ("書き直した文章", 200)):
        sent = case | {"token": "one-page", "text": text}
        assert person.post("/s/f/m/", sent).status_code == status
    assert person.post("/s/leave/").status_code in (200, 303)
    consult_a_lawyer(number, secret)
    visits.flush()
    print(number, secret)


def meet(person: Client) -> None:
    """Book an interview and give it back, as where the programme leaves booking to people."""
    with patch.object(Interviews, "by_citizens", new=True):
        at = browsing.free(person)[0]
        assert browsing.book(person, at, note=ADDED)["Location"] == "/s/f/"
        assert browsing.give_back(person)["Location"] == "/s/f/"
        assert at in browsing.free(person)


def consult_a_lawyer(number: str, secret: str) -> None:
    """Hold a place, let it go, ask for one, change it, give it back; wait for one, or not."""
    office = Office.objects.get(portal_host="portal.test")
    who, at, moment = visit.new_holder(office.pk), AtOffice(office.pk), now()
    held, person = holding(card(office), (number, secret)), consultee(office.pk)
    city = programme(office.slug)
    assert city.clinic
    of = replace(city.clinic, booking=replace(city.clinic.booking, online="ask"))
    year = fiscal_year(moment.date())
    standing = (ClinicYearPublished(year), ClinicYearPublished(year + 1))
    first, last = [day.ref for day in slots.coming(of, moment.date(), standing)][1:3]
    told = of, city.desk, standing
    clinics.hold(who, at, *told, clinics.Place(first, 1), now=moment)
    clinics.let_go(who, at, now=moment)
    clinics.hold(who, at, *told, clinics.Place(first, 2), now=moment)
    wanted = clinics.Wanted("なりすまし", "山田 太郎", 2)
    clinics.ask(person, held, who, *told, wanted, moment.date(), now=moment)
    (own,) = clinics.own(held)
    to = clinics.Place(last, 1)
    clinics.change(person, held, own.seen, to, *told, moment.date(), now=moment)
    (own,) = clinics.own(held)
    clinics.cancel(person, held, own.seen, of, standing, moment.date(), now=moment)
    row = clinics.wait(person, held, first, *told, now=moment)
    clinics.stop_waiting(person, held, row, now=moment)
    assert clinics.taken(office.pk, [first, last], moment) == {}
    assert clinics.version(office.pk)


if __name__ == "__main__":
    main()
