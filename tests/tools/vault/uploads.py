"""Bytes as they arrive at a window, through Django's own parser and the product's handlers."""

from typing import Any

from django.core.files.uploadhandler import load_handler
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from madoguchi.config.windows import PORTAL
from madoguchi.tools.vault.upload import SealedUpload

BOUNDARY = "madoguchi-boundary"


def body(
    name: str, content: bytes, words: str = "ことば", end: str = f"--{BOUNDARY}--\r\n"
) -> bytes:
    """A form with words, then one file."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="text"\r\n\r\n{words}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + content + f"\r\n{end}".encode()


def arriving(sent: bytes, **extra: Any) -> WSGIRequest:
    """The request that brings these bytes to the portal, not read yet."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    request = RequestFactory().generic("POST", "/", sent, content_type=kind, **extra)
    request.upload_handlers = [load_handler(PORTAL.uploads)]
    return request


def upload(name: str, content: bytes) -> SealedUpload:
    """A file that has arrived whole."""
    arrived = arriving(body(name, content)).FILES["file"]
    assert isinstance(arrived, SealedUpload)
    return arrived
