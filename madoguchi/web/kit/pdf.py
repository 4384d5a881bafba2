"""A paper that the browser shows and prints."""

from django.http import HttpResponse


def shown(content: bytes, name: str) -> HttpResponse:
    """The paper in the browser; its name is said in logs and lists: it names no person."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
