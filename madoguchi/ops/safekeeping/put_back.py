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
import stat
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import ProgrammingError, connections, transaction
from django.db.models import Model, QuerySet

from madoguchi.ops import checkpoints, prepare
from madoguchi.ops.safekeeping import tables
from madoguchi.ops.safekeeping.artefact import Artefact
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.mail import outbox
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import forget_hosts
from madoguchi.tools.vault import forget, masterkey, receipt, store
from madoguchi.tools.vault.models import DrawerKey, Receipt
from madoguchi.work.cases import jobs
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.enquiry import jobs as enquiries
from madoguchi.work.intake.mail import jobs as mails


@dataclass(frozen=True)
class Changed:
    """How many cases are not as they were in *data*.

    `forgotten`: after it was taken; `listed`: named by the record that is kept outside; `untold`:
    a mail waited, which was withheld.
    """

    forgotten: int
    listed: int
    untold: int


def put_back(data: Artefact, keys: Artefact, now: datetime, record: Path | None = None) -> Changed:
    """Fill the house; `record` names cases forgotten since, which are forgotten again.

    Raises:
        Misconfigured: the pair does not fit, the house is not empty, the record is none, or the
            rows are not those that the manifest tells of.
    """
    require_pair(data, keys)
    listed = listed_cases(record, keys) if record else frozenset[str]()
    require_empty()
    _files(data)
    _load(data, tables.data("staff"), "staff")
    with transaction.atomic():
        _load(data, tables.data("default"), "default")
        _load(keys, tables.KEYS, "default")
        _require_heads(data)
        strangers()
        openings(now)
        let_go = decisions(now)
        doomed, count = forgettings({*keys.told["forgotten"], *listed}, now)
        untold = withhold(now)
    forget.settle([*doomed, *let_go])
    os.sync()
    forget_hosts()
    return Changed(count, len(listed), untold)


def require_pair(data: Artefact, keys: Artefact) -> None:
    """Both are whole, fit together, and the master key at hand is theirs and wrote them.

    Raises:
        Misconfigured: says which file, or what to look for.
    """
    if keys.at < data.at:
        raise Misconfigured(
            str(keys.folder),
            f"is older than the data: cases since {keys.at:%Y-%m-%d %H:%M} UTC would be lost",
            f"look for keys of {data.at:%Y-%m-%d %H:%M} UTC or later",
        )
    for part in (data, keys):
        if wrong := part.faults():
            found = f"{len(wrong)} files are gone or changed, {wrong[0]} first"
            raise Misconfigured(
                str(part.folder), found, "take another copy of it, or another day's"
            )
    master = masterkey.read(settings.MASTER_KEY_FILE)
    given = masterkey.check_value(master)
    for part in (data, keys):
        if part.told["check_value"] != given:
            raise Misconfigured(
                masterkey.KEY_VARIABLE,
                f"wrong master key: is {given}, the backup needs {part.told['check_value']}",
                "type the key of the recovery sheet with that check value: `madoguchi key enter`",
            )
        if not part.genuine(partial(masterkey.voucher, master)):
            found = "its manifest was not written with this master key: changed or forged"
            raise Misconfigured(
                str(part.folder), found, "take another copy of it, or another day's"
            )


def require_empty() -> None:
    """Nothing of a house is here yet but empty folders and tables.

    Raises:
        Misconfigured: naming what is, or what there is to do before.
    """
    remedy = "name an empty folder or database; a restore that was cut short is thrown away whole"
    for path in (Path(settings.FILES), Path(settings.PUBLIC_KEYS), *store.inboxes(), store.lost()):
        if path.is_dir() and any(path.iterdir()):
            raise Misconfigured(str(path), "is not empty", remedy)
    _usable_tables()
    for name in settings.DATABASES:
        for model in (*tables.data(name), *(tables.KEYS if name == "default" else ())):
            if tables.rows(model, name).exists():
                raise Misconfigured(f"database {name}", "holds rows already", remedy)


def _usable_tables() -> None:
    """Make tables that are not there; an owner's must be the newest."""
    try:
        tables_stand = [connections[one].introspection.table_names() for one in settings.DATABASES]
        if not all(tables_stand):
            prepare.databases()
        prepare.require_tables()
    except ProgrammingError as error:
        raise Misconfigured(
            "MADOGUCHI_DATABASE",
            "this user may not use its tables",
            "as docs/running.md says, part 3: roles.sql, `madoguchi migrate`, roles.sql again",
        ) from error


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
    """Copy one file; who may use it follows from the folder, and what is kept is the desk's alone.

    Raises:
        Misconfigured: it lies among the sealed files and is none.
    """
    kept = place == settings.FILES
    if kept and not store.is_sealed(source):
        found = "is no sealed file: somebody put it among them"
        remedy = "run `madoguchi backup check`; take another day's backup"
        raise Misconfigured(str(source), found, remedy)
    mode = stat.S_IMODE(place.stat().st_mode)
    target = place / inside
    if target.parent != place and not target.parent.exists():
        target.parent.mkdir()
        target.parent.chmod(mode)
    shutil.copyfile(source, target)
    target.chmod(0o600 if kept else mode & 0o666)


def _load(part: Artefact, models: tuple[type[Model], ...], database: str) -> None:
    with transaction.atomic(using=database):
        for model in models:
            count = tables.load(model, part.folder / tables.file_name(model), database)
            told = part.told.get("rows", {}).get(model._meta.label_lower, count)
            if count != told:
                raise Misconfigured(str(part.folder), f"{count} rows, not {told}", "take another")


def _require_heads(data: Artefact) -> None:
    """The last line of every office is the one that the manifest names."""
    heads = {str(head.pk): [head.seq, bytes(head.hash).hex()] for head in Head.objects.all()}
    if heads != data.told["heads"]:
        raise Misconfigured(str(data.folder), "its audit ends elsewhere", "take another day's")


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
        found = f"cannot be read ({type(error).__name__})"
        raise Misconfigured(str(path), found, "name a text file in UTF-8") from error
    filled = {place: line for place, line in enumerate(written, 1) if line.strip()}
    numbers = {place: receipt.plain_digits(line) for place, line in filled.items()}
    for place, number in numbers.items():
        if not receipt.well_formed(number):
            found = f"line {place} is no receipt number"
            raise Misconfigured(str(path), found, "write one 受付番号 a line, nothing else")
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
    seals = Line.objects.exclude(seals={}).values_list("seals", flat=True)
    said = {place for sealed in seals.iterator() for place in sealed}
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
