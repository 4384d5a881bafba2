"""From which neighbourhood of the network a request comes (接続元): so that a lane can be fair."""

import ipaddress
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

NEIGHBOURS = {4: 24, 6: 48}


def network(request: HttpRequest) -> str:
    """The neighbourhood a request comes from: /24 or /48, so that a lane can be fair."""
    return neighbourhood(request.META)


def neighbourhood(environ: Mapping[str, str]) -> str:
    """The same, from WSGI's environment; outside the demo the proxy's header counts."""
    source = environ.get("REMOTE_ADDR", "")
    if not settings.DEMO:
        source = environ.get("HTTP_X_FORWARDED_FOR", source).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address  # else all of IPv4 would be one neighbourhood
    prefix = NEIGHBOURS[address.version]
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
