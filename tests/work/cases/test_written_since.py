"""Who reads a case while somebody writes to it reads on; an old value put back is still found."""

from datetime import datetime

import pytest

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Wish
from madoguchi.work.record import public as record
from madoguchi.work.record import public as record_public
from tests.redteam.house import asked_with_file, read_and_answered
from tests.web.portal.browsing import holding


def test_an_answer_that_comes_while_one_reads_is_read(office: OfficeCard, now: datetime) -> None:
    asked = asked_with_file(office, now)
    held = holding(office, (asked.number, asked.secret))
    read_and_answered(office, asked, now)  # after the drawer was opened, before it is read
    messages = record.read(cases.consultee(office.id), held, now=now).rows
    assert [message.kind for message in messages if message.kind == "sent"]


def test_an_old_wish_put_back_is_found(office: OfficeCard, now: datetime) -> None:
    """The negative control: looking again does not excuse what no line holds."""
    asked = asked_with_file(office, now)
    held = holding(office, (asked.number, asked.secret))
    old = bytes(Wish.objects.get().wishes)
    record_public.change_wishes(cases.consultee(office.id), held, cases.Wishes("wait"), now=now)
    newest = Wish.objects.order_by("-number")[0]
    Wish.objects.filter(pk=newest.pk).update(wishes=old)
    with pytest.raises(Tampered):
        cases.wishes(held.drawer)
