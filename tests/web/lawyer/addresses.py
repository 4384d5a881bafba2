"""Every address of a window, with a sample in each variable place."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {"IntConverter": "1", "UUIDConverter": "00000000-0000-4000-8000-000000000000"}


def addresses(urls: str) -> frozenset[str]:
    """The addresses of a list of patterns."""
    return frozenset(_under(get_resolver(urls), "/"))


def _under(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _under(pattern, route)
        elif isinstance(pattern, URLPattern):
            for name, converter in pattern.pattern.converters.items():
                kind = type(converter).__name__
                for written in (f"<{_name(kind)}:{name}>", f"<{name}>"):
                    route = route.replace(written, SAMPLES.get(kind, "a"))
            yield route


def _name(kind: str) -> str:
    return kind.removesuffix("Converter").lower().replace("string", "str")
