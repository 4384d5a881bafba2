"""A portal that visits all of its own pages, asks for help once, and says what it has become.

Run as `python -m tests.proof.visiting`; prints JSON: pages, modules, apps, databases, tables.
"""

import json
import re
import sys
from collections import deque

from madoguchi.ops.start import django

django("portal")

from django.conf import settings  # noqa: E402 - Django first
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from madoguchi.ops import prepare  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from tests.proof.asking import ask_once  # noqa: E402

LINK = re.compile(r"""(?:href|action)=["'](/[^"'#?]*)""")


def visit(client: Client) -> dict[str, int]:
    """Path → status of every page that links and forms lead to, fetched with GET."""
    answers: dict[str, int] = {}
    waiting = deque(["/", "/easy/", "/en/"])
    while waiting:
        path = waiting.popleft()
        if path in answers or path.startswith("/static/"):
            continue
        answer = client.get(path)
        answers[path] = answer.status_code
        if "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
            waiting.extend(LINK.findall(answer.content.decode()))
    return answers


def main() -> None:
    """Visit, ask, tell."""
    prepare.static_files()
    pages = visit(Client(headers={"host": "127.0.0.1", "sec-fetch-site": "same-origin"}))
    office = by_host("127.0.0.1", "portal")
    assert office is not None
    ask_once(office)
    told = {
        "pages": pages,
        "modules": sorted(sys.modules),
        "apps": list(settings.INSTALLED_APPS),
        "databases": list(settings.DATABASES),
        "tables": connections["default"].introspection.table_names(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
