"""The portal with a leak of 32 KiB a request and a descriptor now and then: `soak` must see it."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from madoguchi.config.wsgi import application as sound

_kept: list[bytes] = []
_open: list[int] = []
EVERY = 20


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Serve one request and forget to let go."""
    _kept.append(os.urandom(32 * 1024))
    if len(_kept) % EVERY == 0:
        _open.append(os.open(os.devnull, os.O_RDONLY))
    return sound(environ, start_response)
