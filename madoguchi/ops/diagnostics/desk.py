"""What `doctor` looks at on the desk's side alone: keys, mail, backups, programmes, papers."""

import smtplib
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial, update_wrapper
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from madoguchi.ops import accounts, databases, fetching, notes
from madoguchi.ops import checkpoints as signing
from madoguchi.ops.commands import rehearse, verify
from madoguchi.ops.commands.papers import sample
from madoguchi.ops.confinement import ETC
from madoguchi.ops.diagnostics import machine
from madoguchi.ops.diagnostics.result import CheckResult, ask, ok, wrong
from madoguchi.ops.findings import KINDS, LOOKED_INTO
from madoguchi.ops.safekeeping import artefact
from madoguchi.rules.check import check
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.paper import find, names
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.audit import looked_into, macs
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
CHECKPOINT_AGE = signing.DUE_WITHIN
SIGNS = {  # what to do about an alarm that every officer sees
    "jobs": "madoguchi-desk jobs で、どれかと、次にすることを見てください",
    "mail": "madoguchi-desk jobs で、どれかと、次にすることを見てください",
    "forged": "madoguchi-desk verify で、どの行かと、次にすることを見てください",
    "lost": "madoguchi-desk verify で、どのファイルかと、次にすることを見てください",
    "inbox": "フォルダーの要対応の行を行ってください",
    "disk_80": "df と df -i で場所を確かめ、空けるか、広げてください",
    "disk_90": "df と df -i で場所を確かめ、すぐに空けるか、広げてください",
    "clock": "timedatectl で時計を見て、時刻合わせ（NTP）を動かしてください",
    "key": "鍵の紙から入れて確かめてください：madoguchi-desk key verify",
}
MOST_NAMED = 5  # lines in one sentence
BACKUP_AGE = timedelta(hours=30)
VERIFICATION_AGE = timedelta(days=9)  # it is weekly, and may take a night
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
        at(verified, moment),
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
    elif own and (given := ETC / "master.key").exists() and given.stat().st_mode & 0o077:
        mend = f"chown root:root {given} && chmod 0400 {given}"
        yield wrong(f"マスター鍵 {given}", "ほかの利用者も読めます", mend)
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
    """Two are needed to add a colleague: whether there are, also after each end that is set."""
    for office in Office.objects.order_by("slug"):
        ends = sorted(row.ends_at for row in accounts.signers(office) if row.ends_at)
        coming = [now, *(end for end in ends if end > now)]
        short = next((end for end in coming if accounts.lacks_cosigners(office, end)), None)
        who = f"職員を加える2人（{office.slug}）"
        if short is None:
            yield ok("職員を加える2人", office.slug)
        elif short == now:
            yield wrong(who, "そろいません。だれも加えられません", "作った会社に知らせてください")
        else:
            found = f"{day_in_japan(short)}から、そろいません。だれも加えられなくなります"
            yield wrong(who, found, "その日までに madoguchi-desk staff add")


def signs(now: datetime) -> Iterator[CheckResult]:
    """The alarms that every officer sees: worker, mail, jobs, disk, clock, the year's key check."""
    current, remedies = alarms.alarms(now), SIGNS | {"worker": databases.at_once("worker")}
    for alarm in current:
        words = texts_for(None).get(alarm.key).words
        remedy = remedies.get(alarm.code, "docs/running.md の6と8")
        yield wrong("システムからの知らせ", words, remedy)
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
    except (OSError, smtplib.SMTPException):
        remedy = (
            "中継サーバーが動いているか、MADOGUCHI_SMTP の行き先が合っているかを確かめてください"
        )
        yield wrong(where, "メールの中継サーバーにつながりません", remedy)
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
        if macs.keys_of(office.pk) is None:
            yield wrong("記録の印", *KINDS["unmarked"])
        faults: dict[str, list[int]] = defaultdict(list)
        for fault in signing.unsigned(office.pk, office.slug):
            faults[fault.kind].append(fault.seq)
        for kind, seqs in faults.items():
            words, remedy = KINDS[kind]
            numbers = " ".join(map(str, seqs))
            if len(seqs) > MOST_NAMED:  # all of them in one command, without those that hold
                numbers = f"{seqs[0]}-{seqs[-1]}"
            found = f"{words}（{numbers}）。検証点は書かれません"
            if remedy == LOOKED_INTO:
                remedy += f"：madoguchi-desk audit looked-into {office.slug} {numbers}"
            yield wrong(f"監査の記録 {office.slug}", found, remedy)
        if seen := looked_into.of(office.pk):
            several = islice(looked_into.runs(seen), MOST_NAMED)
            numbers = "、".join(f"{a}-{b}" if b > a else str(a) for a, b in several)
            yield ok(f"監査の記録 {office.slug}", f"合わない行のうち、調べ終えたもの {numbers}")
        marks = [path.stat().st_mtime for path in folder.glob(f"{office.slug}-*.txt")]
        newest = datetime.fromtimestamp(max(marks, default=0), UTC)
        if now - newest > CHECKPOINT_AGE:
            found = "2時間以上、検証点が書かれていません"
            yield wrong(f"MADOGUCHI_CHECKPOINTS {folder}", found, databases.at_once("worker"))
        else:
            yield ok("検証点", office.slug)
    if folder.is_relative_to(settings.HOME):
        remedy = "別のサーバーの場所を指定してください"
        yield wrong(f"MADOGUCHI_CHECKPOINTS {folder}", "データと同じ場所です", remedy)
    else:
        yield ask("検証点の置き場所", f"{folder} が別のサーバーにあることを確かめてください")


def verified(now: datetime) -> Iterator[CheckResult]:
    """What the last `verify` of the whole house found, and how long ago."""
    about, last = machine.NAMES["verified"], notes.read(Path(settings.CHECKPOINTS) / verify.NOTE)
    again = databases.at_once("verify")
    if last is None:
        yield wrong(about, "まだ終わったことがありません", again)
    elif counts := last.counts:
        kinds = "、".join(
            f"{KINDS[kind][0]} {count}件" for kind, count in counts.items() if kind in KINDS
        )
        found = f"{last.at:%Y-%m-%d} に {sum(counts.values())} 件見つかりました（{kinds}）"
        yield wrong(about, found, "madoguchi-desk verify で、どこかと、次にすることを見てください")
    elif now - last.at > VERIFICATION_AGE:
        yield wrong(
            about, f"最後は {last.at:%Y-%m-%d} です", f"madoguchi-verify.timer を確かめ、{again}"
        )
    else:
        yield ok(about, f"{last.at:%Y-%m-%d}、すべて合っています")


def backups(places: dict[str, Path | None], now: datetime) -> Iterator[CheckResult]:
    """The newest *data* and *keys* are of this night."""
    again = databases.at_once("backup", "--data … --keys …")
    for kind, place in places.items():
        if place is None:
            yield ask(f"控え（{kind}）", f"--{kind} で置き場所を指定すると、新しさを確かめます")
            continue
        found = artefact.whole(place, kind)
        if not found:
            yield wrong(f"控え（{kind}） {place}", "ひとつもありません", again)
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
    last = notes.read(place / rehearse.NOTE)
    if last is not None and now - last.at <= REHEARSAL_AGE:
        yield ok(about, f"{last.at:%Y-%m-%d}")
    else:
        found = (
            f"最後にうまくいったのは {last.at:%Y-%m-%d} です"
            if last
            else "まだうまくいっていません"
        )
        again = databases.at_once("rehearse", "--data … --keys …")
        remedy = f"madoguchi-rehearse.timer を確かめ、{again}"
        yield wrong(about, found, remedy)


def programmes() -> Iterator[CheckResult]:
    """Every office's programme may be used; how much in it nobody has confirmed."""
    for slug in Office.objects.order_by("slug").values_list("slug", flat=True):
        report = check(slug, arrival.now().date())
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
        if not report.alarms:
            yield ask(
                f"危険ありの相談に担当がいないときの知らせ先（{slug}）",
                "決めるなら desk.toml の [alarm] に。なければ、メールでは知らせません",
            )


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
        "nginx の本文の期限",
        "worker_shutdown_timeout と、1時間ごとの再読み込み（docs/running.md の7）",
    )
    yield ask(
        "nginx の X-Forwarded-For",
        "$remote_addr を入れ、足していないこと（docs/running/nginx.conf）",
    )
