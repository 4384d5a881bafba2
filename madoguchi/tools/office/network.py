"""From which neighbourhood of the network a request comes (接続元): so that a lane can be fair."""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest

NEIGHBOURS = {4: 24, 6: 48}
UNNAMED = "unnamed"


def network(request: HttpRequest) -> str:
    """The neighbourhood a request comes from: /24 or /48, so that a lane can be fair."""
    return neighbourhood(request.META)


def neighbourhood(environ: Mapping[str, str]) -> str:
    """The same, from WSGI's environment; outside the demo the proxy's header counts.

    Where a proxy names nobody – a socket has no address – each request counts as a neighbourhood of
    its own: as one they would use up each other's share. `doctor` says so.
    """
    source = environ.get("REMOTE_ADDR", "")
    if not settings.DEMO:
        source = environ.get("HTTP_X_FORWARDED_FOR", source).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        _note_unnamed()
        return f"{UNNAMED}/{uuid4().hex}"
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address  # else all of IPv4 would be one neighbourhood
    prefix = NEIGHBOURS[address.version]
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def _note_unnamed() -> None:
    """For `doctor`, in the folder that systemd gave the window: that it happened, and when."""
    if folder := os.environ.get("RUNTIME_DIRECTORY"):
        (Path(folder) / UNNAMED).touch()
