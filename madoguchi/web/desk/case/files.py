"""A person's file leaves the desk as an attachment that nothing here interprets; one line each."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.reveal import shown
from madoguchi.work.cases import queries
from madoguchi.work.evidence.queries import original

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase

    from madoguchi.web.desk.frame import DeskRequest

UNSAFE = re.compile(r"""[\\/:*?"<>|;%\s]+""")
LONGEST_NAME = 120


def file(request: DeskRequest, case_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The original, asked for by a button; asked for otherwise, back to the case."""
    if request.method != "POST":
        return redirect("case", case_id)
    row = queries.find(request.actor, case_id)
    card, pieces = original(request.actor, row, file_id, now=request.now)
    try:
        first = next(pieces, b"")
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
    response = StreamingHttpResponse(
        chain((first,), pieces), content_type="application/octet-stream"
    )
    response["Content-Length"] = str(card.length)
    name = safe_name(card.name)
    response["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=name)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def safe_name(name: str) -> str:
    r"""A file name that no system reads as a path or a command; hidden signs are visible.

    >>> safe_name("../../etc/passwd"), safe_name("cod\u202egpj.exe")
    ('_.._etc_passwd', 'cod⟦U+202E⟧gpj.exe')
    """
    visible = "".join(sign for sign in shown(name) if unicodedata.category(sign) != "Cc")
    return UNSAFE.sub("_", visible).lstrip(".")[-LONGEST_NAME:] or "file"
