"""Looks at what comes in by mail: the child that reads it, and the mailbox (受信の点検)."""

from collections.abc import Iterator

from madoguchi.ops import fetching
from madoguchi.ops.checkup.look import Look, ok, wrong
from madoguchi.tools.mail import incoming
from madoguchi.tools.mail.mailbox import Away, opened

LETTER = b"Subject: =?utf-8?b?54K55qSc?=\n\nmadoguchi doctor"


def reading() -> Iterator[Look]:
    """A mail can be read in a child that is shut in."""
    about = "メールを読む処理の隔離"
    if incoming.read(LETTER).subject == "点検":
        yield ok(about)
    else:
        remedy = "Linux（x86_64 か aarch64）の seccomp と、メモリの余裕を確かめてください"
        yield wrong(about, "このサーバーでは、届いたメールを読めません", remedy)


def mailbox() -> Iterator[Look]:
    """The mailbox lets us in; nothing is fetched."""
    place = fetching.where()
    if place is None:
        return
    where = f"MADOGUCHI_MAILBOX {place.host}:{place.port}"
    fetching.office_id()
    try:
        with opened(place) as box:
            waiting = len(box.waiting())
    except Away:
        remedy = "アドレス、パスワードのファイル、証明書を確かめてください"
        yield wrong(where, "受信箱を開けません", remedy)
        return
    yield ok(where, f"未取込 {waiting} 通")
