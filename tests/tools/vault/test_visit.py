"""Visits: sealed under the cookie, gone after their time and after leaving."""

from contextvars import Context
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files, visit
from madoguchi.tools.vault.models import HeldFile, Visit
from tests import lying
from tests.lying import on_disk
from tests.tools.vault.uploads import upload

WORDS = "駅前で声をかけられた"
KINDS = ("draft", "done", "opened")


def type_words(draft: dict[str, Any]) -> None:
    draft["answers"]["text"] = WORDS


@pytest.fixture
def who(office: OfficeCard) -> visit.Holder:
    return visit.new_holder(office.id)


@pytest.mark.parametrize(("kind", "minutes"), [("draft", 24 * 60), ("done", 30), ("opened", 15)])
def test_a_kind_ends_with_its_time(
    who: visit.Holder, now: datetime, kind: str, minutes: int
) -> None:
    visit.remember(who, kind, {"said": WORDS}, now)
    end = now + timedelta(minutes=minutes)
    assert visit.recall(who, kind, end - timedelta(seconds=1)) == {"said": WORDS}
    assert visit.recall(who, kind, end) is None
    visit.remember(who, kind, {"said": WORDS}, end - timedelta(seconds=1))  # still there: idle anew
    assert visit.recall(who, kind, end) is not None


def test_the_cookie_brings_back_its_own_visit_only(who: visit.Holder, now: datetime) -> None:
    visit.hold(who, type_words, now)
    again = visit.holder(who.office_id, who.cookie)
    assert again is not None
    draft = visit.recall(again, "draft", now)
    assert draft is not None
    assert draft["answers"] == {"text": WORDS}
    assert visit.recall(visit.new_holder(who.office_id), "draft", now) is None
    assert visit.recall(who.beside, "draft", now) is None


@pytest.mark.parametrize("cookie", ["", "x", "あ", "=" * 43, "A" * 42, "A" * 44, "A" * 5000, "%00"])
def test_a_cookie_that_we_never_made_is_no_visitor(office: OfficeCard, cookie: str) -> None:
    assert visit.holder(office.id, cookie) is None


def test_another_office_finds_nothing_even_where_the_row_was_moved(
    who: visit.Holder, other_office: OfficeCard, now: datetime
) -> None:
    visit.hold(who, type_words, now, [upload("a.jpg", b"bytes")])
    stranger = visit.holder(other_office.id, who.cookie)
    assert stranger is not None
    assert visit.recall(stranger, "draft", now) is None
    assert visit.held_files(stranger) == ()
    Visit.objects.update(office_id=other_office.id)
    assert visit.recall(stranger, "draft", now) is None
    assert visit.recall(who, "draft", now) is None


def test_rows_exchanged_between_kinds_and_visitors_open_nothing(
    who: visit.Holder, now: datetime
) -> None:
    other = visit.new_holder(who.office_id)
    for holder in (who, other):
        for kind in KINDS:
            visit.remember(holder, kind, {"said": kind}, now)
    rows = {(row.lookup, row.kind): bytes(row.blob) for row in Visit.objects.all()}
    for place, own in rows.items():
        for blob in (blob for blob in rows.values() if blob != own):
            Visit.objects.filter(lookup=place[0], kind=place[1]).update(blob=blob)
            holder = who if place[0] == who.lookup else other
            assert visit.recall(holder, place[1], now) is None
        Visit.objects.filter(lookup=place[0], kind=place[1]).update(blob=own)
    assert visit.recall(who, "draft", now) == {"said": "draft"}  # control


def test_the_table_knows_neither_cookie_nor_words(who: visit.Holder, now: datetime) -> None:
    visit.hold(who, type_words, now, [upload(f"{WORDS}.jpg", b"bytes")])
    row, held = Visit.objects.get(), HeldFile.objects.get()
    stored = bytes(row.blob) + bytes(held.about) + (row.lookup + held.lookup).encode()
    for secret in (WORDS.encode(), who.key, who.key.hex().encode(), who.cookie.encode()):
        assert secret not in stored
    assert who.cookie not in repr(who)
    assert repr(who.key) not in repr(who)


def test_leaving_deletes_rows_and_files_of_this_visitor_only(
    who: visit.Holder, now: datetime
) -> None:
    other = visit.new_holder(who.office_id)
    for holder in (who, who.beside, other):
        visit.hold(holder, type_words, now, [upload("a.jpg", b"bytes")])
    visit.remember(who, "opened", {"key": "k"}, now)
    visit.remember(who, "done", {"secret": "s"}, now)
    assert len(on_disk()) == 3
    visit.leave(who)
    assert set(Visit.objects.values_list("lookup", flat=True)) == {other.lookup}
    assert [row.lookup for row in HeldFile.objects.all()] == [other.lookup]
    assert len(on_disk()) == 1


def test_a_cookie_copied_and_replayed_after_leaving_opens_nothing(
    who: visit.Holder, now: datetime
) -> None:
    copied = who.cookie
    visit.hold(who, type_words, now, [upload("a.jpg", b"bytes")])
    visit.remember(who, "opened", {"key": "k"}, now)
    visit.leave(who)
    again = visit.holder(who.office_id, copied)
    assert again is not None
    assert [visit.recall(again, kind, now) for kind in KINDS] == [None] * 3
    assert visit.held_files(again) == ()
    assert visit.held_files(again.beside) == ()


def test_a_file_is_taken_out_by_its_visitor_only(who: visit.Holder, now: datetime) -> None:
    visit.hold(who, type_words, now, [upload("a.jpg", b"one"), upload("b.jpg", b"two")])
    (first, about), (second, _) = visit.held_files(who)
    assert (about.name, about.length) == ("a.jpg", 3)
    assert b"".join(files.read(first, about)) == b"one"
    visit.remove_file(visit.new_holder(who.office_id), first)
    visit.remove_file(who, UUID(int=0))
    assert len(on_disk()) == 2
    visit.remove_file(who, first)
    assert [file_id for file_id, _ in visit.held_files(who)] == [second]
    assert on_disk() == [lying.place(second)]


def test_what_was_sent_is_no_longer_the_visitors(who: visit.Holder, now: datetime) -> None:
    visit.hold(who, type_words, now, [upload("a.jpg", b"bytes")])
    case_id, ((file_id, _),) = uuid4(), visit.held_files(who)
    visit.hand_over(who, case_id)
    visit.remove_file(who, file_id)
    visit.leave(who)
    visit.sweep(now + timedelta(days=400))
    row = HeldFile.objects.get()
    assert (row.case_id, row.lookup, bytes(row.about)) == (case_id, "", b"")
    assert on_disk() == [lying.place(file_id)]


@pytest.mark.race
def test_an_act_that_fails_keeps_neither_row_nor_bytes(who: visit.Holder, now: datetime) -> None:
    sent = upload("a.jpg", b"bytes")

    def fail(_draft: dict[str, Any]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        visit.hold(who, fail, now, [sent])
    sent.close()  # as the end of the request does
    assert on_disk() == []


def test_a_new_draft_under_an_old_cookie_does_not_find_the_files_of_the_old_one(
    who: visit.Holder, now: datetime
) -> None:
    """Nobody swept in between; the browser was left open, perhaps for somebody else."""
    visit.hold(who, type_words, now, [upload("old.jpg", b"old")])
    later = now + timedelta(hours=24)
    draft = visit.hold(who, lambda _draft: None, later, [upload("new.jpg", b"new")])
    assert draft["answers"] == {}
    assert [about.name for _, about in visit.held_files(who)] == ["new.jpg"]
    visit.sweep(later + timedelta(seconds=1))
    assert on_disk() == [lying.place(file_id) for file_id, _ in visit.held_files(who)]


def test_sweeping_deletes_what_is_over_and_keeps_what_lives(
    who: visit.Holder, now: datetime
) -> None:
    other = visit.new_holder(who.office_id)
    visit.hold(who, type_words, now, [upload("a.jpg", b"old")])
    visit.hold(other, type_words, now, [upload("b.jpg", b"new")])
    visit.hold(other, type_words, now + timedelta(hours=20))  # goes on typing
    visit.remember(who, "done", {"secret": "s"}, now)
    visit.sweep(now + timedelta(hours=24, seconds=1))
    assert set(Visit.objects.values_list("lookup", "kind")) == {(other.lookup, "draft")}
    ((kept, about),) = visit.held_files(other)
    assert about.name == "b.jpg"
    assert on_disk() == [lying.place(kept)]
    visit.sweep(now + timedelta(hours=44, seconds=1))
    assert not Visit.objects.exists()
    assert not HeldFile.objects.exists()
    assert on_disk() == []


def asked(capture: CaptureQueriesContext) -> int:
    queries = [query["sql"] for query in capture.captured_queries]
    return sum(one.startswith("SELECT") and "vault_visit" in one for one in queries)


def test_who_only_looks_asks_once_and_sees_what_was_written_since(
    who: visit.Holder, now: datetime
) -> None:
    visit.remember(who, "opened", {"said": "before"}, now)
    with visit.read_once(), CaptureQueriesContext(connection) as capture:
        seen = [visit.recall(who, "opened", now) for _ in range(3)]
        assert (seen, asked(capture)) == ([{"said": "before"}] * 3, 1)
        assert seen[0]
        seen[0].clear()  # what one caller does with it is nothing to the next
        assert visit.recall(who, "opened", now) == {"said": "before"}
        visit.remember(who, "opened", {"said": "after"}, now)
        assert visit.recall(who, "opened", now) == {"said": "after"}
        visit.drop(who, "opened")
        assert visit.recall(who, "opened", now) is None
        assert visit.recall(who, "opened", now) is None
        assert asked(capture) == 3


def test_under_the_lock_a_draft_is_read_afresh(who: visit.Holder, now: datetime) -> None:
    with visit.read_once():
        assert visit.recall(who, "draft", now) is None
        Visit.objects.all().delete()
        other = Context().run(visit.hold, who, type_words, now)  # another request's press
        held = visit.hold(who, lambda draft: draft["answers"].update(more="x"), now)
    assert held["answers"] == {"text": WORDS, "more": "x"}
    assert held["token"] == other["token"]


def test_control_outside_every_look_asks(who: visit.Holder, now: datetime) -> None:
    visit.remember(who, "opened", {}, now)
    with CaptureQueriesContext(connection) as capture:
        for _ in range(3):
            visit.recall(who, "opened", now)
    assert asked(capture) == 3
