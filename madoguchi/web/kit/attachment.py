"""A person's file leaves as bytes that nothing here interprets: sandboxed, never sniffed."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from madoguchi.web.kit.reveal import shown

UNSAFE = re.compile(r"""[\\/:*?"<>|;%\s]+""")
LONGEST_NAME = 120
BYTES = "application/octet-stream"


def attachment(
    name: str, length: int, pieces: Iterator[bytes], *, shown_as: str = ""
) -> StreamingHttpResponse:
    """The file to be kept under its name; `shown_as`: or shown by the browser as this picture.

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
    visible = "".join(sign for sign in shown(name) if unicodedata.category(sign) != "Cc")
    return UNSAFE.sub("_", visible).lstrip(".")[-LONGEST_NAME:] or "file"
