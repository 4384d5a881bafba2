"""A person's files (添付): warnings before one is opened, and its download."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.downloads import attachment
from madoguchi.work.cases import queries
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.evidence.queries import original

ENDINGS = {
    "jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "png": ("png", "apng"),
    "gif": ("gif",),
    "webp": ("webp",),
    "heic": ("heic", "heif"),
    "pdf": ("pdf",),
    "film": ("mp4", "mov", "m4v", "3gp", "webm", "mkv", "avi"),
}
KNOWN = {ending: looks for looks, endings in ENDINGS.items() for ending in endings}
MACROS = ("docm", "xlsm", "pptm", "dotm", "xltm", "doc", "xls", "ppt", "rtf")
OFFICE = ("docx", "xlsx", "pptx", "odt", "ods", "odp", *MACROS)
RUNS = ("exe", "com", "scr", "bat", "cmd", "msi", "js", "vbs", "ps1", "lnk", "jar", "hta", "apk")


def beware(card: FileCard) -> tuple[str, ...]:
    """The codes of the warnings beside a file; the worst first."""
    return tuple(_warnings(_ending(card), card))


def looks(card: FileCard) -> str:
    """What its first bytes are like; an archive with an office program's ending is a document."""
    return "office" if card.looks == "zip" and _ending(card) in OFFICE else card.looks


def _ending(card: FileCard) -> str:
    return card.name.rpartition(".")[2].casefold().strip()


def _warnings(ending: str, card: FileCard) -> Iterator[str]:
    if card.lacking:
        yield "lacking"
    if card.looks == "eicar":
        yield "eicar"
    elif card.looks == "program" or ending in RUNS:
        yield "program"
    if ending in KNOWN and KNOWN[ending] != card.looks:
        yield "ending"
    if card.looks in ("markup", "office") or ending in (*MACROS, "svg", "html", "htm", "mht"):
        yield "acts"
    elif card.looks in ("zip", "archive") and ending not in OFFICE:
        yield "holds"
    if card.place:
        yield "place"


def file(request: DeskRequest, case_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The original, asked for by a button; asked for otherwise, back to the case."""
    if request.method != "POST":
        return redirect("case", case_id)
    row = queries.find(request.actor, case_id)
    card, pieces = original(request.actor, row, file_id, now=request.now)
    try:
        return attachment(card.name, card.length, pieces)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
