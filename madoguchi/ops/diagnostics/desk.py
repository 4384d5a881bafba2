"""What `doctor` looks at on the desk's side alone: keys, mail, backups, programmes, papers."""

import smtplib
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial, update_wrapper
from pathlib import Path
from typing import Any

from django.conf import settings

from madoguchi.ops import accounts, fetching
from madoguchi.ops.commands import rehearse
from madoguchi.ops.commands.papers import sample
from madoguchi.ops.diagnostics import machine
from madoguchi.ops.diagnostics.machine import CheckResult, ask, ok, wrong
from madoguchi.ops.safekeeping import artefact
from madoguchi.rules.check import check
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.paper import find, names
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.mail import incoming
from madoguchi.tools.mail.mailbox import Away, opened
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import card
from madoguchi.tools.papers.engine import render
from madoguchi.tools.papers.wrong import PaperError
from madoguchi.tools.vault import masterkey, unseal
from madoguchi.tools.vault.models import MasterMark
from madoguchi.tools.vault.seal import pinned_file
from madoguchi.web.desk import alarms
from madoguchi.web.kit import arrival
from madoguchi.web.kit.formatting import texts_for

LETTER = b"Subject: =?utf-8?b?54K55qSc?=\n\nmadoguchi doctor"
CHECKPOINT_AGE = timedelta(hours=2)
BACKUP_AGE = timedelta(hours=30)
REHEARSAL_AGE = timedelta(days=33)  # it is monthly
SMTP_WAIT_S = 5


def desk_checks(data: Path | None, keys: Path | None) -> list[Callable[[], Iterable[CheckResult]]]:
    """The checks for the desk's user."""
    moment = arrival.now()

    def at[**P](
        check: Callable[P, Iterable[CheckResult]], *values: object
    ) -> Callable[[], Iterable[CheckResult]]:
        return update_wrapper(partial(check, *values), check)  # type: ignore[arg-type] # values are the check's

    return [
        *machine.common_checks(),
        *(master_key, pairs, at(adders, moment), at(signs, moment), mail),
        *(reading, mailbox),
        at(checkpoints, moment),
        at(backups, {"data": data, "keys": keys}, moment),
        *(programmes, papers, proxy),
    ]


def master_key() -> Iterator[CheckResult]:
    """It is the right one, its file is shut, and the paper copy was tried."""
    masterkey.current()
    path = Path(settings.MASTER_KEY_FILE)
    own = path.is_relative_to("/run/credentials")  # systemd's, for one unit: 0440, with an ACL
    if stat.S_IMODE(path.stat().st_mode) & (0o007 if own else 0o077):
        yield wrong(
            f"{masterkey.KEY_VARIABLE} {path}", "ほかの利用者も読めます", f"chmod 0400 {path}"
        )
    elif not MasterMark.objects.filter(verified_at__isnull=False).exists():
        yield wrong("鍵の紙", "まだ確かめていません", "madoguchi-desk key verify")
    else:
        yield ok(masterkey.KEY_VARIABLE)


def pairs() -> Iterator[CheckResult]:
    """What the portal seals under the pinned key, the desk opens."""
    for office in Office.objects.order_by("slug"):
        if unseal.fits(card(office)):
            yield ok("公開鍵と秘密鍵", office.slug)
        else:
            found = "窓口の鍵と合いません。届いた相談を開けなくなります"
            yield wrong(str(pinned_file(office.slug)), found, "控えから戻してください")


def adders(now: datetime) -> Iterator[CheckResult]:
    """Two colleagues are needed to add one: whether there are, also after each end that is set."""
    for office in Office.objects.order_by("slug"):
        ends = sorted(row.ends_at for row in accounts.adders(office) if row.ends_at)
        coming = [now, *(end for end in ends if end > now)]
        short = next((end for end in coming if accounts.lacks_cosigners(office, end)), None)
        who = f"職員を加える2人（{office.slug}）"
        if short is None:
            yield ok("職員を加える2人", office.slug)
        elif short == now:
            yield wrong(who, "そろいません。だれも加えられません", "作った会社か詳しい人に")
        else:
            found = f"{day_in_japan(short)}から、そろいません。だれも加えられなくなります"
            yield wrong(who, found, "その日までに madoguchi-desk staff add")


def signs(now: datetime) -> Iterator[CheckResult]:
    """The alarms that every officer sees: worker, mail, jobs, disk, clock, the year's key check."""
    current = alarms.alarms(now)
    for alarm in current:
        words = texts_for(None).get(alarm.key).words
        yield wrong("システムからの知らせ", words, "docs/running.md の6と8")
    if not current:
        yield ok("自動処理・メール・保存場所・時計")


def mail() -> Iterator[CheckResult]:
    """The relay answers to EHLO; nothing is sent."""
    options: Any = settings.MAILERS["default"].get("OPTIONS", {})
    if "host" not in options:
        return  # the demo writes into a folder
    where = f"MADOGUCHI_SMTP {options['host']}:{options['port']}"
    kind = smtplib.SMTP_SSL if options.get("use_ssl") else smtplib.SMTP
    try:
        with kind(options["host"], options["port"], timeout=SMTP_WAIT_S) as relay:
            answered = relay.ehlo()[0]
    except (OSError, smtplib.SMTPException) as error:
        yield wrong(
            where, f"つながりません（{type(error).__name__}）", "中継サーバーを確かめてください"
        )
        return
    yield ok(where, str(answered))


def reading() -> Iterator[CheckResult]:
    """A mail can be read in a child that is shut in."""
    about = "メールを読む処理の隔離"
    if incoming.read(LETTER).subject == "点検":
        yield ok(about)
    else:
        remedy = "Linux（x86_64 か aarch64）の seccomp と、メモリの余裕を確かめてください"
        yield wrong(about, "このサーバーでは、届いたメールを読めません", remedy)


def mailbox() -> Iterator[CheckResult]:
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


def checkpoints(now: datetime) -> Iterator[CheckResult]:
    """Every office's newest checkpoint is fresh, and lies outside."""
    folder = Path(settings.CHECKPOINTS)
    for office in Office.objects.order_by("slug"):
        marks = [path.stat().st_mtime for path in folder.glob(f"{office.slug}-*.txt")]
        newest = datetime.fromtimestamp(max(marks, default=0), UTC)
        if now - newest > CHECKPOINT_AGE:
            found = "2時間以上、検証点が書かれていません"
            yield wrong(
                f"MADOGUCHI_CHECKPOINTS {folder}", found, "systemctl status madoguchi-worker"
            )
        else:
            yield ok("検証点", office.slug)
    if folder.is_relative_to(settings.HOME):
        remedy = "別のサーバーの場所を指定してください"
        yield wrong(f"MADOGUCHI_CHECKPOINTS {folder}", "データと同じ場所です", remedy)
    else:
        yield ask("検証点の置き場所", f"{folder} が別のサーバーにあることを確かめてください")


def backups(places: dict[str, Path | None], now: datetime) -> Iterator[CheckResult]:
    """The newest *data* and *keys* are of this night."""
    for kind, place in places.items():
        if place is None:
            yield ask(f"控え（{kind}）", f"--{kind} で置き場所を指定すると、新しさを確かめます")
            continue
        found = artefact.whole(place, kind)
        if not found:
            yield wrong(
                f"控え（{kind}） {place}", "ひとつもありません", "systemctl start madoguchi-backup"
            )
        elif now - found[-1].at > BACKUP_AGE:
            last = f"最後の控えは {found[-1].at:%Y-%m-%d %H:%M} です"
            yield wrong(
                f"控え（{kind}） {place}", last, "madoguchi-backup.timer を確かめてください"
            )
        else:
            yield ok(f"控え（{kind}）", found[-1].folder.name)
    yield from _rehearsals(places.get("data"), now)


def _rehearsals(place: Path | None, now: datetime) -> Iterator[CheckResult]:
    """The backups beside which it is noted could be put back this month."""
    about = "控えから戻す練習"
    if place is None:
        yield ask(about, "--data で置き場所を指定すると、最後の練習を確かめます")
        return
    last = rehearse.noted(place)
    if last is not None and now - last <= REHEARSAL_AGE:
        yield ok(about, f"{last:%Y-%m-%d}")
    else:
        found = (
            f"最後にうまくいったのは {last:%Y-%m-%d} です" if last else "まだうまくいっていません"
        )
        remedy = "madoguchi-rehearse.timer を確かめ、systemctl start madoguchi-rehearse"
        yield wrong(about, found, remedy)


def programmes() -> Iterator[CheckResult]:
    """Every office's programme may be used; how much in it nobody has confirmed."""
    for slug in Office.objects.order_by("slug").values_list("slug", flat=True):
        report = check(slug)
        open_facts = len(report.unconfirmed) + len(report.unconfirmed_agencies)
        if not report.ok:
            yield wrong(
                f"制度 {slug}", report.failures[0], f"madoguchi-desk programme check {slug}"
            )
        elif open_facts:
            yield ask(
                f"制度 {slug}",
                f"要確認が {open_facts} 件あります（madoguchi-desk programme check）",
            )
        else:
            yield ok(f"制度 {slug}")


def papers() -> Iterator[CheckResult]:
    """Every paper of every office can be printed."""
    for slug in Office.objects.order_by("slug").values_list("slug", flat=True):
        fine = True
        for name in names(slug):
            try:
                template = find(slug, name)
                render(template, sample(template))
            except (ProgrammeError, PaperError) as problem:
                fine = False
                remedy = f"madoguchi-desk papers --city {slug}"
                yield wrong(f"書類 {slug} {name}", str(problem), remedy)
        if fine:
            yield ok(f"書類 {slug}", f"{len(names(slug))} 種類を刷れます")


def proxy() -> Iterator[CheckResult]:
    """What only a person at the proxy can see."""
    yield ask(
        "nginx の本文の期限", "worker_shutdown_timeout と1時間ごとの reload（docs/running.md の7）"
    )
    yield ask(
        "nginx の X-Forwarded-For",
        "$remote_addr を入れ、足していないこと（docs/running/nginx.conf）",
    )
