"""A description of the portal's addresses and forms (OpenAPI), made from both, for schemathesis.

The product never serves it. `python -m tests.proof.openapi` prints it; `MADOGUCHI_HOME` must name a
house.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern

from madoguchi.ops.start import django
from madoguchi.tools.forms.fields import Field

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
KINDS: dict[str, dict[str, Any]] = {
    "int": {"type": "integer", "minimum": 0},
    "need": {"type": "string"},
}
TEXT = {"type": "string"}
FORMS = "application/x-www-form-urlencoded"
ANSWERS = {
    "get": ("200", "303", "304", "400", "404", "405"),
    "post": ("200", "303", "400", "403", "404", "405", "409", "411", "413", "422", "429", "503"),
}


def asked(path: str) -> dict[str, list[Field]]:
    """The forms that an address takes, by name: their fields."""
    from madoguchi.web.portal.consult.steps import FORMS as STEPS
    from madoguchi.web.portal.follow.session import MESSAGE, RECEIPT, WISHES

    steps = {name: list(form.fields) for name, form in STEPS.items()}
    return {
        "s/c/<slug:name>/": steps,
        "s/c/<int:number>/": steps,
        "s/f/": {"receipt": list(RECEIPT.fields)},
        "s/f/m/": {"message": list(MESSAGE.fields)},
        "s/f/w/": {"wishes": list(WISHES.fields)},
    }.get(path, {})


POSTED_ONLY = ("display/", "recent/")
PRESSED = ("s/", "s/c/check/", "s/leave/")
"""Addresses that take a press of a button without a field."""
BESIDE = {
    **dict.fromkeys(("s/c/<slug:name>/", "s/c/<int:number>/"), ("back", "finish", "remove")),
    "s/f/m/": ("token", "case", "remove"),
    "s/f/w/": ("case",),
    "s/f/d/": ("case",),
    "display/": ("back", "scheme", "size"),
    "recent/": ("back", "switch"),
    "search/": ("words",),
}
"""Buttons and hidden fields that stand in the pages and in no form of fields."""


def schema(fields: Iterable[Field], beside: Iterable[str]) -> dict[str, Any]:
    """What a form may send."""
    from madoguchi.tools.forms.fields import Choices, Files

    properties: dict[str, Any] = dict.fromkeys(beside, TEXT)
    for field in fields:
        options = list(getattr(field, "options", ()))
        one: dict[str, Any] = {"type": "string", "enum": options} if options else TEXT
        if isinstance(field, Files):
            one = {"type": "array", "items": {"type": "string", "format": "binary"}}
        properties[field.name] = (
            {"type": "array", "items": one} if isinstance(field, Choices) else one
        )
    return {"type": "object", "properties": properties}


def operation(path: str, method: str) -> dict[str, Any]:
    """One address under one method."""
    told: dict[str, Any] = {
        "operationId": f"{method} {path}",
        "responses": {code: {"description": "a page"} for code in ANSWERS[method]},
    }
    if method == "post":
        forms = asked(path)
        fields = {field.name: field for form in forms.values() for field in form}.values()
        body = {"schema": schema(fields, BESIDE.get(path, ()))}
        with_files = any(field.kind == "files" for field in fields)
        told["requestBody"] = {"content": {"multipart/form-data" if with_files else FORMS: body}}
    return told


def methods(path: str) -> list[str]:
    """The methods that an address is there for."""
    takes = bool(asked(path)) or path in BESIDE or path in PRESSED
    return [*(["get"] if path not in POSTED_ONLY else []), *(["post"] if takes else [])]


def parameters(path: str) -> list[dict[str, Any]]:
    """What stands in an address; of a step, one of their names."""
    from madoguchi.web.portal.consult.steps import ORDER

    step = {"type": "string", "enum": list(ORDER)}
    kinds = KINDS | ({"slug": step} if path.startswith("s/c/") else {})
    return [
        {"name": name, "in": "path", "required": True, "schema": kinds.get(kind, TEXT)}
        for kind, name in PARAMETER.findall(path)
    ]


def described(patterns: Iterable[URLPattern]) -> dict[str, Any]:
    """The whole description."""
    paths = {}
    for pattern in patterns:
        path = str(pattern.pattern)
        paths["/" + PARAMETER.sub(r"{\2}", path)] = {
            "parameters": parameters(path),
            **{method: operation(path, method) for method in methods(path)},
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "portal", "version": "0"},
        "paths": paths,
    }


def main() -> None:
    """Print it."""
    django("portal")
    from madoguchi.config.urls.portal import urlpatterns

    print(json.dumps(described(urlpatterns), indent=1))  # type: ignore[arg-type] # no resolvers among them


if __name__ == "__main__":
    main()
