"""A clinic in the small hours of today, with a lawyer and two people who came: run as a module.

It has begun at whatever time the proof runs.
"""

from madoguchi.ops.start import django

django("desk")

from madoguchi.tools.office.models import Office  # noqa: E402 - Django first
from madoguchi.tools.office.public import by_id  # noqa: E402
from madoguchi.tools.signin.models import Staff  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from tests.proof.site import PASSWORD  # noqa: E402
from tests.web.lawyer import saturday  # noqa: E402

USERNAME = "maebashi"
SQUARE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
HAPPENED = "同級生と思われる人から、SNSに名前と学校を書かれた。3日前から続いている。"
ASKS = "消すにはどうすればよいか。書いた人を知ることができるか。"


def main() -> None:
    """Make them; the lawyer signs in as `USERNAME` with the proofs' password."""
    office = by_id(Office.objects.get().id)
    ref = now().date().isoformat()
    saturday.decided(office, "clinic_added", on=ref, hours="0:00-3:00")
    clerk = saturday.lawyer(office, ref)
    clerk.account.username = USERNAME
    clerk.account.set_password(PASSWORD)
    clerk.account.save()
    first = saturday.person(office, [("画面.png", SQUARE), ("会話.txt", b"talk")])
    second = saturday.person(office)
    booking = saturday.books(first, 1, ref=ref)
    saturday.books(second, 3, ref=ref, names_ok=False)
    saturday.briefed(first, booking, clerk.account.pk, HAPPENED, asks=ASKS)
    assert Staff.objects.filter(username=USERNAME, role="lawyer").exists()


if __name__ == "__main__":
    main()
