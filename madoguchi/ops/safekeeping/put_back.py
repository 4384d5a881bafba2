"""Put a backup back into an empty house (復元): nothing is ever overwritten.

The rows of cases come last and in one transaction: before that there is no office, so a house
half put back opens no window. What *keys* that are newer than *data* know more is written down as
if it happened now (追いつき): cases that came since have no rows, and their keys go; cases first
opened since get a line; what was forgotten or decided since stays so. A record of forgotten cases
(廃棄の記録) may be kept outside: receipt numbers, one a line. Mails that waited to be sent are
withheld: since then their people may have been told, or it may not be safe any more.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import ProgrammingError, connections, transaction
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.models import Model, QuerySet

from madoguchi.ops import checkpoints, prepare
from madoguchi.ops.safekeeping import tables
from madoguchi.ops.safekeeping.artefact import Artefact
from madoguchi.tools.audit import chain, macs
from madoguchi.tools.audit.macs import Voice
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.mail import outbox
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import forget_hosts
from madoguchi.tools.vault import forget, masterkey, receipt, store, unseal
from madoguchi.tools.vault.models import DrawerKey, Receipt
from madoguchi.work.cases import jobs
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.enquiry import jobs as enquiries
from madoguchi.work.intake.mail import jobs as mails

ANOTHER = "同じ控えの別の写しか、別の日の控えを使ってください"


@dataclass(frozen=True)
class Changed:
    """How many cases are not as they were in *data*.

    `forgotten`: after it was taken; `listed`: named by the record that is kept outside; `untold`:
    a mail waited, which was withheld. `cut`: values that were longer than the database takes.
    """

    forgotten: int
    listed: int
    untold: int
    cut: tuple[str, ...]


def put_back(data: Artefact, keys: Artefact, now: datetime, record: Path | None = None) -> Changed:
    """Fill the house; `record` names cases forgotten since, which are forgotten again.

    Raises:
        Misconfigured: the pair does not fit, the house is not empty, the record is none, or the
            rows are not those that the manifest tells of.
    """
    require_pair(data, keys)
    listed = listed_cases(record, keys) if record else frozenset[str]()
    require_empty()
    _require_sealed(data)
    _files(data)
    cut = _load(data, tables.data("staff"), "staff")
    with transaction.atomic():
        cut += _load(data, tables.data("default"), "default")
        cut += _load(keys, tables.KEYS, "default")
        _require_heads(data)
        macs.forget()
        for office_id in Office.objects.values_list("pk", flat=True):
            unseal.begin_macs(office_id, now)  # where the backup is of a program before them
        strangers()
        openings(now)
        let_go = decisions(now)
        doomed, count = forgettings({*keys.told["forgotten"], *listed}, now)
        untold = withhold(now)
    forget.settle([*doomed, *let_go])
    os.sync()
    forget_hosts()
    return Changed(count, len(listed), untold, tuple(cut))


def require_pair(data: Artefact, keys: Artefact) -> None:
    """Both are whole, fit together, and the master key at hand is theirs and wrote them.

    Raises:
        Misconfigured: says which file, or what to look for.
    """
    if keys.at < data.at:
        raise Misconfigured(
            str(keys.folder),
            f"データより古い鍵です。{keys.at:%Y-%m-%d %H:%M} UTC よりあとの相談が失われます",
            f"{data.at:%Y-%m-%d %H:%M} UTC か、それより新しい keys を使ってください",
        )
    for part in (data, keys):
        if wrong := part.faults():
            found = f"{len(wrong)} 個のファイルが、ないか変わっています（最初は {wrong[0]}）"
            raise Misconfigured(str(part.folder), found, ANOTHER)
    master = masterkey.read(settings.MASTER_KEY_FILE)
    given = masterkey.check_value(master)
    for part in (data, keys):
        if part.told["check_value"] != given:
            raise masterkey.another(given, part.told["check_value"])
        if not part.genuine(partial(masterkey.voucher, master)):
            found = "この鍵で書かれた目録ではありません。書きかえられたか、作られたものです"
            raise Misconfigured(str(part.folder), found, ANOTHER)


def require_empty() -> None:
    """Nothing of a house is here yet but empty folders and tables.

    Raises:
        Misconfigured: naming what is, or what there is to do before.
    """
    remedy = "空のフォルダーかデータベースに戻してください。途中で止まった復元は、続けられません"
    for path in (Path(settings.FILES), Path(settings.PUBLIC_KEYS), *store.inboxes(), store.lost()):
        if path.is_dir() and any(path.iterdir()):
            raise Misconfigured(str(path), "空ではありません", remedy)
    _usable_tables()
    for name in settings.DATABASES:
        for model in (*tables.data(name), *(tables.KEYS if name == "default" else ())):
            if tables.rows(model, name).exists():
                raise Misconfigured(f"データベース {name}", "もう行が入っています", remedy)


def _usable_tables() -> None:
    """Make tables that are not there; an owner's must be the newest."""
    try:
        tables_stand = [connections[one].introspection.table_names() for one in settings.DATABASES]
        if not all(tables_stand):
            prepare.databases()
        prepare.require_tables()
    except (ProgrammingError, MigrationSchemaMissing) as error:
        raise Misconfigured(
            "MADOGUCHI_DATABASE",
            "この利用者は、データベースの表を使えません",
            "docs/running.md の3のとおりに：roles.sql、madoguchi migrate、もう一度 roles.sql",
        ) from error


def _require_sealed(data: Artefact) -> None:
    """Nothing lies among the sealed files but those; asked before any is copied.

    Raises:
        Misconfigured: names what is none.
    """
    for source in sorted((data.folder / "files").rglob("*")):
        if source.is_file() and not store.is_sealed(source):
            found = "封をしたファイルではありません。だれかが入れたものです"
            remedy = "madoguchi backup check で調べ、別の日の控えを使ってください"
            raise Misconfigured(str(source), found, remedy)


def _files(data: Artefact) -> None:
    places = {"files": settings.FILES, "public": settings.PUBLIC_KEYS}
    if not any(checkpoints.folder().glob("*.txt")):  # else those kept outside are better witnesses
        places["checkpoints"] = checkpoints.folder()
    for name, place in places.items():
        Path(place).mkdir(parents=True, exist_ok=True, mode=0o700)
        for source in sorted((data.folder / name).rglob("*")):
            if source.is_file():
                _copy(source, Path(place), source.relative_to(data.folder / name))


def _copy(source: Path, place: Path, inside: Path) -> None:
    """Copy one file; its folder says who may use it, and what is kept is the desk's alone."""
    kept = place == settings.FILES
    mode = place.stat().st_mode & 0o777  # without the group bit of a folder of before
    target = place / inside
    if target.parent != place and not target.parent.exists():
        target.parent.mkdir()
        target.parent.chmod(mode)
    shutil.copyfile(source, target)
    target.chmod(0o600 if kept else mode & 0o666)


def _load(part: Artefact, models: tuple[type[Model], ...], database: str) -> list[str]:
    cut: list[str] = []
    with transaction.atomic(using=database):
        for model in models:
            if tables.file_name(model) not in part.sums():
                continue  # the program that wrote it had no such table
            loaded = tables.load(model, part.folder / tables.file_name(model), database)
            cut += loaded.cut
            count = loaded.count
            told = part.told.get("rows", {}).get(model._meta.label_lower, count)
            if count != told:
                found = f"{told} 行のはずが、{count} 行です"
                raise Misconfigured(str(part.folder), found, ANOTHER)
    return cut


def _require_heads(data: Artefact) -> None:
    """The last line of every office is the one that the manifest names."""
    heads = {str(head.pk): [head.seq, bytes(head.hash).hex()] for head in Head.objects.all()}
    if heads != data.told["heads"]:
        raise Misconfigured(str(data.folder), "操作記録の終わりが、目録と合いません", ANOTHER)


def listed_cases(path: Path, keys: Artefact) -> frozenset[str]:
    """The cases of *keys* whose receipt numbers the record names; others are not here.

    Raises:
        Misconfigured: the record cannot be read, or a line of it is no receipt number.
    """
    wanted = _numbers(path)
    rows = tables.rows_of(Receipt, keys.folder / tables.file_name(Receipt))
    return frozenset(
        str(row.case_id) for row in rows if isinstance(row, Receipt) and row.number in wanted
    )


def _numbers(path: Path) -> frozenset[str]:
    try:
        written = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        found = "読めません。UTF-8 の文字だけのファイルではないか、場所が違います"
        remedy = "ファイルを直してから、もう一度戻してください"
        raise Misconfigured(str(path), found, remedy) from error
    filled = {place: line for place, line in enumerate(written, 1) if line.strip()}
    numbers = {place: receipt.plain_digits(line) for place, line in filled.items()}
    for place, number in numbers.items():
        if not receipt.well_formed(number):
            found = f"{place} 行めが受付番号ではありません"
            remedy = "受付番号だけを、1行にひとつずつ書いてください"
            raise Misconfigured(str(path), found, remedy)
    return frozenset(numbers.values())


def strangers() -> None:
    """Drop keys and receipts of cases, and of loose things, that the data does not have."""
    for table in (DrawerKey, Receipt):
        rows = table.objects.exclude(case_id__in=Case.objects.values("pk"))
        rows.exclude(case_id__in=_loose()).delete()


def _loose() -> QuerySet[Line, UUID | None]:
    """What the lines know besides cases: whatever was made has a line of its making."""
    found = Line.objects.filter(case_id__isnull=False).exclude(
        case_id__in=Case.objects.values("pk")
    )
    return found.values_list("case_id", flat=True)


def openings(now: datetime) -> None:
    """Write a line for every opening whose wraps no line holds yet."""
    lines = Line.objects.exclude(seals={})
    said = {
        place
        for office_id in Office.objects.values_list("pk", flat=True)
        for line, voice in chain.heard(office_id, lines.filter(office_id=office_id), many=True)
        if voice is Voice.DESK
        for place in line.seals
    }
    fresh: dict[tuple[UUID, UUID], dict[str, str]] = defaultdict(dict)
    for row in DrawerKey.objects.filter(by="office").iterator():
        place = f"{row.id}/wrap/{row.drawer}"
        if place not in said:
            fresh[row.office_id, row.case_id][place] = chain.seal_hash(bytes(row.blob))
    for (office_id, case_id), sealed in fresh.items():
        worker = Actor(office_id, "worker")
        chain.append(worker, "case.adopt", case_id, outcome="done", now=now, sealed=sealed)


def decisions(now: datetime) -> list[UUID]:
    """Let go of the mails and questions whose keys are gone: nobody could read or decide them.

    The files to unlink.
    """
    enquiries.forget_unopenable(now)
    enquiries.notice_all(now)
    mails.notice_all(now)
    return mails.forget_unopenable(now)


def forgettings(case_ids: Iterable[str], now: datetime) -> tuple[list[UUID], int]:
    """Forget these cases where it is not done and written yet; files to unlink, how many cases."""
    offices = Office.objects.all()
    written = {case for office in offices for case in chain.cases_with(office.pk, "case.forget")}
    named = Case.objects.filter(pk__in={UUID(case_id) for case_id in case_ids})
    cases = [case for case in named if case.pk not in written or forget.remains(case.pk)]
    doomed: list[UUID] = []
    for case in cases:
        doomed += jobs.destroy(Actor(case.office_id, "worker"), case, now=now)
    return doomed, len(cases)


def withhold(now: datetime) -> int:
    """Withhold all mails that waited; the desk looks at their cases today. The number of cases."""
    enquiries.hand_back()
    cases = outbox.withhold_waiting("restored")
    keys = DrawerKey.objects.filter(case_id__in=cases)  # a forgotten case has none
    living = set(keys.values_list("case_id", flat=True))
    for case_id in sorted(living):
        jobs.tell_desk(case_id, now=now)
    return len(living)
