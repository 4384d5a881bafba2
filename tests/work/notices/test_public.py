"""Work without a page – mails, dues – reads what the desk decided, too."""

from datetime import datetime, timedelta

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.changes import Change, HoursFrom, WordsFrom, encode, kind_of
from madoguchi.rules.programme.words import Words
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.notices import public
from madoguchi.work.notices.models import Notice


def test_programme_and_words_of_a_day(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    today, tomorrow = now.date(), now.date() + timedelta(1)
    decided: tuple[Change, ...] = (
        HoursFrom("desk", Week.from_text("mon-fri 9:00-16:00"), tomorrow),
        WordsFrom("mail.subject", Words("{city}からの連絡"), tomorrow),
    )
    for number, change in enumerate(decided, start=1):
        Notice.objects.create(
            office_id=office.id,
            number=number,
            kind=kind_of(change),
            change=encode(change),
            on=today,
            at=now,
        )
    subject = [
        public.words(office, day).get("mail.subject", city="x").words for day in (today, tomorrow)
    ]
    hours = [public.in_force(office, day).desk.hours.text for day in (today, tomorrow)]
    assert subject[1] == "xからの連絡" != subject[0]
    assert hours == ["mon-fri 8:30-17:15", "mon-fri 9:00-16:00"]
    assert public.news(office.id) == ()
    theirs = public.words(other_office, tomorrow).get("mail.subject", city="x").words
    assert theirs == subject[0]
