"""A request that has arrived: what every page may ask of it."""

from datetime import datetime

from django.http import Http404, HttpRequest

from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.programme import Programme
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.display import Display


class OfficeRequest(HttpRequest):
    """A request to an office that its host names, with the programme that holds at its moment."""

    office: OfficeCard
    programme: Programme
    now: datetime  # in office time, to the second
    display: Display
    version: str  # of what the office has published, where it was asked for already


class ActorRequest(OfficeRequest):
    """A request of somebody who is signed in: a colleague, a lawyer."""

    actor: Actor


def clinic_of(request: OfficeRequest) -> Clinic:
    """The office's legal clinic.

    Raises:
        Http404: it holds none, so that no page speaks of one.
    """
    if request.programme.clinic is None:
        raise Http404
    return request.programme.clinic
