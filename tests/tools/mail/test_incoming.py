"""A mail read as a whole, in the child: words, files, people, warnings."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pytest_django import Settings

from madoguchi.tools.mail import incoming
from madoguchi.tools.mail.incoming import Attachment, Incoming, Trust, read
from madoguchi.tools.mail.models import Outgoing
from tests.tools.mail.making import PAGE, PICTURE, PLAIN, Inside, alternative, mail, of_parts


def test_a_plain_mail() -> None:
    assert read(mail("①のこと".encode("cp932"), Content_Type="text/plain; charset=Shift_JIS")) == (
        Incoming(
            from_address="hanako@example.jp",
            from_name="山田花子",
            to=("soudan@city.example.jp",),
            to_count=1,
            subject="相談",
            at=datetime(2026, 11, 24, 1, tzinfo=UTC),
            message_id="<1@example.jp>",
            in_reply_to="",
            text="①のこと",
            attachments=(),
            spf="unknown",
            dkim="unknown",
            dmarc="unknown",
            automatic=False,
            flags=(),
        )
    )


def test_files_come_byte_for_byte() -> None:
    found = read(of_parts("mixed", alternative(PLAIN, PAGE), PICTURE))
    assert (found.text, found.flags) == ("ご相談", ())
    assert found.attachments == (Attachment("shot.png", "image/png", PICTURE.content),)


def test_a_page_alone_gives_its_words_and_says_so() -> None:
    found = read(of_parts("alternative", PAGE))
    assert (found.text, found.flags, found.attachments) == ("ご相談", ("html_only",), ())


def test_pictures_beside_a_page_are_kept() -> None:
    related = b'Content-Type: multipart/related; boundary="b3"\r\n\r\n--b3\r\n'
    related += PAGE.lines() + b"\r\n--b3\r\n" + PICTURE.lines() + b"\r\n--b3--"
    found = read(of_parts("alternative", PLAIN, related))
    assert (found.text, found.flags, len(found.attachments)) == ("ご相談", (), 1)


@pytest.mark.parametrize(
    "line",
    [
        'Content-Disposition: attachment; filename="=?ISO-2022-JP?B?GyRCLSFCPhsoQg==?=.png"',
        "Content-Disposition: attachment; filename*=UTF-8''%E2%91%A0%E4%BB%96.png",
        "Content-Disposition: attachment; filename*0*=UTF-8''%E2%91%A0; filename*1*=%E4%BB%96.png",
        "Content-Disposition: attachment; filename*=iso-2022-jp''%1B$B-!B%3E%1B%28B.png",
        'Content-Type: image/png; name="①他.png"',
    ],
)
def test_file_names_in_every_way_that_programs_write_them(line: str) -> None:
    found = read(of_parts("mixed", line.encode() + b"\r\n\r\nx"))
    assert [one.name for one in found.attachments] == ["①他.png"]


def test_a_character_cut_between_two_encoded_words() -> None:
    halves = "=?UTF-8?B?5bGx5w==?= =?UTF-8?B?lLA=?="
    assert read(mail(Subject=halves)).subject == "山田"


@pytest.mark.parametrize(
    ("inside", "flag"),
    [
        (Inside("text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"), "calendar"),
        (Inside("message/rfc822", mail()), "nested"),
        (Inside("application/ms-tnef", b"\x78\x9f\x3e\x22", "winmail.dat"), "winmail"),
        (Inside("application/octet-stream", b"\x78\x9f\x3e\x22", "WINMAIL.DAT"), "winmail"),
    ],
)
def test_what_is_kept_as_a_file_and_named(inside: Inside, flag: str) -> None:
    found = read(of_parts("mixed", PLAIN, inside))
    assert (found.text, found.flags) == ("ご相談", (flag,))
    assert (found.attachments[0].content, found.attachments[0].flags) == (inside.content, (flag,))


def test_an_enciphered_mail_says_so() -> None:
    inside = Inside("application/octet-stream", b"-----BEGIN PGP MESSAGE-----", "encrypted.asc")
    assert read(of_parts("encrypted", inside)).flags == ("encrypted",)


def test_two_senders_are_a_warning() -> None:
    forged = b"From: mayor@city.example.jp\r\n" + mail()
    assert "several_senders" in read(forged).flags
    assert "several_senders" in read(mail(From="a@example.jp, b@example.jp")).flags


def test_what_a_gateway_changed_is_no_original() -> None:
    by_name, by_head = Trust(gateway=("*_無害化*",)), Trust(gateway=("X-CDR: modified",))
    changed = Inside("image/png", b"x", "shot_無害化.png")
    some = read(of_parts("mixed", PLAIN, PICTURE, changed), by_name)
    assert [one.flags for one in some.attachments] == [(), ("not_original",)]
    every = read(of_parts("mixed", PLAIN, PICTURE, X_CDR="2 parts modified"), by_head)
    assert (every.flags, every.attachments[0].flags) == (("not_original",), ("not_original",))
    untouched = read(of_parts("mixed", PLAIN, PICTURE, X_CDR="clean"), by_head)
    assert (untouched.flags, untouched.attachments[0].flags) == ((), ())


def test_our_own_server_is_believed(settings: Settings) -> None:
    raw = mail(Authentication_Results="mx.city.example.jp; spf=pass; dkim=fail; dmarc=none")
    assert read(raw).spf == "unknown"
    settings.MAIL_SERVER = "mx.city.example.jp"
    found = read(raw)
    assert (found.spf, found.dkim, found.dmarc) == ("pass", "fail", "none")


@pytest.mark.django_db
def test_our_own_mail_come_back_is_a_loop(now: datetime) -> None:
    ours = Outgoing.objects.create(
        office_id=uuid4(), case_id=uuid4(), template="received", at=now
    ).pk.hex
    assert read(mail(Message_ID=f"<{ours}@example.jp>")).automatic
    assert not read(mail(In_Reply_To=f"<{ours}@example.jp>")).automatic  # a person's answer
    assert not read(mail(Message_ID=f"<{uuid4().hex}@example.jp>")).automatic


def test_no_mail_reaches_this_process_but_by_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a child that was taken over tells, no more than the form of a mail comes of it."""
    lies = [
        b"",
        b"{}\n",
        b"[]\n",
        b'{"files": [["a", "b", 9, []]]}\n',
        b"\xff\n",
        b"[" * 100_000,
    ]
    for lie in lies:
        monkeypatch.setattr(incoming, "run_sandboxed", lambda *_args, lie=lie: lie)
        assert read(b"x").flags == ("unreadable",)
