"""Which pages of the desk take files (ファイルの受け口): those whose view says so, from colleagues.

A file is sealed while it arrives, as in the portal. The handler is chosen before anything reads
the body, so this stands before the check of the token; whoever is not signed in leaves no file.
"""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from madoguchi.tools.vault.upload import UNKEPT, SealingHandler

MARK = "takes_files"


def takes_files[View: Callable[..., HttpResponse]](view: View) -> View:
    """Mark a view whose form has a file field."""
    setattr(view, MARK, True)
    return view


def unkept(request: HttpRequest) -> tuple[str, ...]:
    """Why files of this request were read past: `files_large`, `files_room`; empty where none."""
    why = request.META.get(UNKEPT)
    return (why,) if why else ()


class Uploads:
    """Seals the files of a colleague's request to a view that takes them; others are read past."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_: object, **__: object) -> None:
        """Choose the handler."""
        if getattr(view, MARK, False) and SESSION_KEY in request.session:
            request.upload_handlers = [SealingHandler(request)]
