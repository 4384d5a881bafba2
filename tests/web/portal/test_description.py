"""The description that a scanner is given names every address and every field of the portal."""

from typing import Any

from django.test import Client

from madoguchi.config.urls.portal import urlpatterns
from madoguchi.web.portal.consult.steps import FORMS
from tests.proof.openapi import asked, described


def paths() -> dict[str, Any]:
    told: dict[str, Any] = described(urlpatterns)["paths"]  # type: ignore[arg-type] # no resolvers
    return told


def test_every_address_is_described() -> None:
    assert len(paths()) == len({str(pattern.pattern) for pattern in urlpatterns})


def test_every_field_of_the_steps_is_described() -> None:
    body = paths()["/s/c/{name}/"]["post"]["requestBody"]["content"]["multipart/form-data"]
    fields = {field.name for form in FORMS.values() for field in form.fields}
    assert fields <= set(body["schema"]["properties"])
    assert asked("s/c/<slug:name>/")


def test_what_is_said_to_take_a_post_takes_one(portal: Client) -> None:
    refusing = [
        path
        for path, told in paths().items()
        if "post" in told and portal.post(path.format(number=1, name="story")).status_code == 405
    ]
    assert not refusing
