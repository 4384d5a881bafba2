"""All that people do at the public window, in its own process: `python -m tests.proof.errands`."""

from __future__ import annotations

from unittest.mock import patch

from madoguchi.ops.start import django

django("portal")

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - Django first
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from madoguchi.rules.programme.interviews import Interviews  # noqa: E402
from madoguchi.web.portal import visits  # noqa: E402
from madoguchi.web.portal.pages import PAGES  # noqa: E402
from tests.web.portal import browsing  # noqa: E402

ADDED = "あとから思い出したこと"


def main() -> None:
    """Read and ask about pages, ask for help with a file, do all that a receipt opens, leave."""
    setup_test_environment()
    person = Client(headers={"host": "portal.test", "x-forwarded-proto": "https"})
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
    visits.flush()
    print(number, secret)


def meet(person: Client) -> None:
    """Book an interview and give it back, as where the programme leaves booking to people."""
    with patch.object(Interviews, "by_citizens", new=True):
        at = browsing.free(person)[0]
        assert browsing.book(person, at, note=ADDED)["Location"] == "/s/f/"
        assert browsing.give_back(person)["Location"] == "/s/f/"
        assert at in browsing.free(person)


if __name__ == "__main__":
    main()
