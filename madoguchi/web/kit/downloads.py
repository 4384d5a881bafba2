"""Files as the answer to a request: a person's file as bytes that no browser runs, and our PDFs."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from madoguchi.web.kit.sanitize import visible

UNSAFE = re.compile(r"""[\\/:*?"<>|;%\s]+""")
LONGEST_NAME = 120
BYTES = "application/octet-stream"


def attachment(
    name: str, length: int, pieces: Iterator[bytes], *, shown_as: str = ""
) -> StreamingHttpResponse:
    """The file as a download under its name: sandboxed, and its type is not guessed.

    `shown_as`: the content type of a picture that the browser shows instead of saving it.

    Raises:
        FileNotFoundError, Unreadable: its first piece cannot be read; nothing was sent yet.
    """
    first = next(pieces, b"")
    response = StreamingHttpResponse(chain((first,), pieces), content_type=shown_as or BYTES)
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = str(
        content_disposition_header(as_attachment=not shown_as, filename=safe_name(name))
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def safe_name(name: str) -> str:
    r"""A file name that no system reads as a path or a command; hidden signs are visible.

    >>> safe_name("../../etc/passwd"), safe_name("cod\u202egpj.exe")
    ('_.._etc_passwd', 'cod⟦U+202E⟧gpj.exe')
    """
    clean = "".join(sign for sign in visible(name) if unicodedata.category(sign) != "Cc")
    return UNSAFE.sub("_", clean).lstrip(".")[-LONGEST_NAME:] or "file"


def pdf(content: bytes, name: str) -> HttpResponse:
    """The PDF, opened by the browser; `name` appears in logs and lists, so it names no person."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
