"""The portal on a small server that waits two seconds for a database, not twenty.

Run as `python -m tests.proof.faults.impatient PORT`; it is killed, it does not end.
"""

import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from madoguchi.ops.start import django

django("portal")

from django.conf import settings  # noqa: E402 - Django first

from madoguchi.config.wsgi import application  # noqa: E402
from madoguchi.ops import prepare  # noqa: E402
from madoguchi.tools import transaction  # noqa: E402

PATIENCE_S = 2


class Threads(ThreadingMixIn, WSGIServer):
    """A thread a request."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    """Serve."""
    prepare.static_files()
    settings.DATABASES["default"]["OPTIONS"]["timeout"] = PATIENCE_S
    transaction.PATIENCE_S = PATIENCE_S
    make_server("127.0.0.1", int(sys.argv[1]), application, Threads, Quiet).serve_forever()


if __name__ == "__main__":
    main()
