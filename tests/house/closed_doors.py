"""A portal that calls every one of its addresses and tries every closed door, and tells.

Run as `python -m tests.house.closed_doors`; prints JSON: addresses, opened doors, loaded modules.
"""

import importlib
import json
import sys
from collections.abc import Iterator

from madoguchi.ops.start import django

django("portal")

from django.conf import settings  # noqa: E402 - Django first
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver  # noqa: E402

CLOSED = (
    "madoguchi.tools.vault.masterkey",
    "madoguchi.tools.vault.unseal",
    "madoguchi.work.cases.queries",
    "madoguchi.work.record.actions",
    "madoguchi.work.record.jobs",
)
SAMPLES = {
    "int": "1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "a",
    "need": "delete",
    "guide": "exposed",
}


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the window, with a sample in each variable place."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern):
            for kind, sample in SAMPLES.items():
                for name in pattern.pattern.converters:
                    route = route.replace(f"<{kind}:{name}>", sample).replace(f"<{name}>", "a")
            yield f"/{route}"


def opens(door: str) -> bool:
    """Whether a module can be loaded here."""
    try:
        importlib.import_module(door)
    except Exception:  # noqa: BLE001 - refused, in whatever way
        return False
    return True


def reads_accounts() -> bool:
    """Whether a colleague's account can be read here."""
    try:
        importlib.import_module("madoguchi.tools.signin.models").Staff.objects.exists()
    except Exception:  # noqa: BLE001 - refused, in whatever way
        return False
    return True


def main() -> None:
    """Call, note what was loaded, try the doors, tell."""
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    browser = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)
    found = sorted(set(addresses(get_resolver())))
    statuses = {
        f"{method} {path}": browser.generic(method, path).status_code
        for path in found
        for method in ("GET", "POST")
    }
    loaded = [door for door in CLOSED if door in sys.modules]
    opened = [door for door in CLOSED if opens(door)]
    told = {
        "statuses": statuses,
        "loaded": loaded,
        "opened": opened,
        "reads_accounts": reads_accounts(),
        "databases": list(connections.databases),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
