"""The peer beside our figures: django-helpdesk, installed and served in an environment of its own.

As its documentation sets it up, SQLite with the same durability as ours, mail dropped, the same
server with the same number of threads.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.parts import peer
from benchmarks.parts.serving import OUT, Server, children
from benchmarks.parts.visitor import Visitor
from tests.proof.house import kill
from tests.proof.site import free_port, wait_for

PINNED = ("django-helpdesk==2.6.1", "Django==5.2.19", "granian==2.8.7", "setuptools<81")
FORM = "/tickets/submit/"
SITE = "benchmarks.parts.helpdesk_site"
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from helpdesk.models import Queue
Queue.objects.create(title="desk", slug="desk", allow_public_submission=True)
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def python() -> Path:
    """The peer's interpreter; its environment is made when it is not there."""
    return peer.python("helpdesk", *PINNED)


@contextmanager
def served(threads: int) -> Iterator[Server]:
    """The peer with one queue that the public may write to."""
    with tempfile.TemporaryDirectory(dir=OUT, prefix="helpdesk-") as home:
        env = {name: word for name, word in os.environ.items() if not name.startswith("DJANGO_")}
        env |= {"HELPDESK_HOME": home, "PYTHONPATH": str(OUT.parent)}
        env |= {"DJANGO_SETTINGS_MODULE": SITE}
        subprocess.run([python(), "-c", PREPARE], env=env, check=True)
        port, log = free_port(), Path(home) / "log"
        command = [str(python()), "-m", "granian", "--interface", "wsgi", "--port", str(port)]
        command += ["--workers", "1", "--blocking-threads", str(threads), "--no-ws"]
        with log.open("w") as out:
            granian = subprocess.Popen(
                [
                    *command,
                    "--log-level",
                    "error",
                    "--factory",
                    "django.core.wsgi:get_wsgi_application",
                ],
                env=env,
                stdout=out,
                stderr=out,
                text=True,
                start_new_session=True,
            )
        try:
            wait_for(f"http://127.0.0.1:{port}{FORM}", granian, log)
            yield Server("127.0.0.1", port, children(granian.pid)[0])
        finally:
            kill(granian)


def filled(visitor: Visitor, text: str) -> dict[str, str]:
    """The fields of the public form, opened and filled."""
    page = visitor.get(FORM)
    found = TOKEN.search(page.body.decode())
    assert found, page.status
    return {
        "csrfmiddlewaretoken": found[1],
        "queue": "1",
        "title": "書き込みのこと",
        "body": text,
        "priority": "3",
        "due_date": "",
        "submitter_email": "hana@example.jp",
    }
