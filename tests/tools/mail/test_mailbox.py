"""A real mailbox: what waits, its raw bytes, moving; a server that is gone, deaf, or lies."""

import socket
from pathlib import Path

import pytest

from madoguchi.tools.mail import mailbox
from madoguchi.tools.mail.mailbox import Away, MailboxSettings, Unmoved, opened
from tests import dovecot
from tests.dovecot import DONE, Dovecot
from tests.tools.mail.conftest import where
from tests.tools.mail.making import PICTURE, PLAIN, mail, of_parts

pytestmark = pytest.mark.needs("dovecot")

MAILS = [mail(), of_parts("mixed", PLAIN, PICTURE), mail("相談".encode("cp932"))]


def test_what_waits_comes_byte_for_byte_and_unread(server: Dovecot, place: MailboxSettings) -> None:
    server.put(MAILS)
    with opened(place) as box:
        waiting = box.waiting()
        assert [one.length for one in waiting] == [len(raw) for raw in MAILS]
        assert [box.raw(one.uid) for one in waiting] == MAILS
    with server.client() as line:
        line.select("INBOX")
        assert line.search(None, "UNSEEN")[1][0].split() == [b"1", b"2", b"3"]


def test_what_was_taken_lies_in_the_other_folder(server: Dovecot, place: MailboxSettings) -> None:
    server.put(MAILS)
    with opened(place) as box:
        box.put_away(box.waiting()[1].uid)
        assert len(box.waiting()) == 2
    assert (server.mails(), server.mails(DONE)) == ([MAILS[0], MAILS[2]], [MAILS[1]])


def test_a_server_that_cannot_move_expunges_nothing_of_others(
    server: Dovecot, place: MailboxSettings
) -> None:
    server.put(MAILS)
    with server.client() as line:
        line.select("INBOX")
        line.store("1", "+FLAGS", "\\Deleted")  # by somebody, who may think again
    with opened(place) as box:
        box._box.client.capabilities = ("IMAP4REV1",)
        assert len(box.waiting()) == 2
        box.put_away(box.waiting()[0].uid)
        assert len(box.waiting()) == 1
    assert (server.mails(), server.mails(DONE)) == (MAILS, [MAILS[1]])


def test_a_folder_of_another_name(
    server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.client() as line:
        line.create("&dviKxw-")  # 相談, as mail servers write it
    server.put(MAILS[:1], "&dviKxw-")
    monkeypatch.setenv("MADOGUCHI_MAILBOX_DONE", "取込済")
    place = where(server.address(folder="相談"), tmp_path, monkeypatch)
    with opened(place) as box:
        box.put_away(box.waiting()[0].uid)
    assert server.mails("&U9aPvG4I-") == MAILS[:1]


def test_a_mail_that_is_gone_meanwhile(server: Dovecot, place: MailboxSettings) -> None:
    server.put(MAILS[:1])
    with opened(place) as box:
        uid = box.waiting()[0].uid
        box.put_away(uid)
        assert box.raw(uid) is None


def test_a_mail_that_is_not_put_away_stays(server: Dovecot, place: MailboxSettings) -> None:
    server.put(MAILS[:1])
    with opened(place) as box:
        server.remove(DONE)
        with pytest.raises(Unmoved):
            box.put_away(box.waiting()[0].uid)
        assert len(box.waiting()) == 1


def test_an_empty_mailbox(place: MailboxSettings) -> None:
    with opened(place) as box:
        assert box.waiting() == []


def test_a_wrong_password_is_one_word(
    server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = where(server.address(), tmp_path, monkeypatch, "wrong")
    with pytest.raises(Away) as away, opened(place):
        pass
    assert (away.value.args, away.value.__suppress_context__) == ((), True)


def test_a_server_that_is_gone(server: Dovecot, place: MailboxSettings) -> None:
    server.stop()
    with pytest.raises(Away), opened(place):
        pass


@pytest.mark.parametrize("says", [b"", b"* OK hello\r\n", b"* BYE full\r\n", b"\xff\x00" * 100])
def test_a_server_that_is_deaf_or_talks_nonsense(
    says: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PATIENCE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        place = where(f"imap://a@127.0.0.1:{port}/", tmp_path, monkeypatch)
        peers = []

        def answer() -> None:
            peer, _ = deaf.accept()
            peers.append(peer)
            peer.sendall(says)

        import threading

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(Away), opened(place):
            pass
        for peer in peers:
            peer.close()


def test_tls_is_believed_only_with_a_name_that_somebody_vouches_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dovecot.dovecot(tls=True) as server:
        server.put(MAILS[:1])
        place = where(server.address(tls=True), tmp_path, monkeypatch)
        with pytest.raises(Away), opened(place):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(server.home / "cert.pem"))
        with opened(place) as box:
            assert len(box.waiting()) == 1
        turned = MailboxSettings(**{**vars(place), "port": server.port, "secure": mailbox.STARTTLS})
        with opened(turned) as box:
            assert len(box.waiting()) == 1
