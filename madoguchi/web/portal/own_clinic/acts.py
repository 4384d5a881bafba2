"""What the buttons of one's own booking do (予約の操作): a refusal is answered with what holds."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.web.portal.follow import opened
from madoguchi.web.portal.follow.pending import meant
from madoguchi.web.portal.own_clinic.pressed import Press
from madoguchi.web.portal.own_clinic.views import page
from madoguchi.web.portal.safety.visitor import draw, private, see, visitor
from madoguchi.work.clinic import public as bookings


def press(act: Callable[[Press], str]) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the act; it comes back with the note of what was done.

    A closed receipt changes nothing and says so. A refusal shows the page as it is by now, which is
    the next choice.
    """

    @private
    @wraps(act)
    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return see("own-clinic")
        now = request.now  # type: ignore[attr-defined] # set on arrival
        who = visitor(request)
        held = meant(request, opened.recall(who, now))
        clinic = request.programme.clinic  # type: ignore[attr-defined]
        if who is None or held is None or clinic is None:
            return draw(request, "portal/own_clinic/closed.html")
        try:
            note = act(Press(request, who, held, clinic))
        except Refused as refused:
            return page(request, who, held, tuple(ground.code for ground in refused.grounds))
        except Absent:
            return page(request, who, held, ("clinic.stale",))
        opened.note(who, f"clinic_{note}", now)
        return see("own-clinic")

    return view


@press
def keep(one: Press) -> str:
    """Keeps the place on the day as the page showed it: one click."""
    bookings.agree(
        one.actor,
        one.held,
        one.seen(),
        one.clinic,
        one.changes,
        one.shown(),
        now=one.now,
        once=one.once("keep"),
    )
    return "kept"


@press
def change(one: Press) -> str:
    """Changes the place for another free one."""
    desk = one.request.programme.desk  # type: ignore[attr-defined] # set on arrival
    bookings.change(
        one.actor,
        one.held,
        one.seen(),
        one.place(),
        one.clinic,
        desk,
        one.changes,
        one.look_on,
        now=one.now,
        once=one.once("change"),
    )
    return "changed"


@press
def cancel(one: Press) -> str:
    """Gives the place back."""
    bookings.cancel(
        one.actor,
        one.held,
        one.seen(),
        one.clinic,
        one.changes,
        one.look_on,
        now=one.now,
        once=one.once("cancel"),
    )
    return "cancelled"


@press
def answer(one: Press) -> str:
    """Takes the place that is offered, or does not."""
    once = one.once("answer")
    if one.said("answer") == "yes":
        bookings.accept(
            one.actor, one.held, one.seen(), one.clinic, one.changes, now=one.now, once=once
        )
        return "accepted"
    if one.said("answer") != "no":
        raise Absent
    bookings.decline(one.actor, one.held, one.seen(), now=one.now, once=once)
    return "declined"


@press
def wait(one: Press) -> str:
    """Joins the waiting list of a day, or of any."""
    desk = one.request.programme.desk  # type: ignore[attr-defined] # set on arrival
    bookings.wait(
        one.actor,
        one.held,
        one.said("day"),
        one.clinic,
        desk,
        one.changes,
        now=one.now,
        once=one.once("wait"),
    )
    return "waiting"


@press
def leave(one: Press) -> str:
    """Leaves the waiting list."""
    bookings.stop_waiting(one.actor, one.held, one.waits(), now=one.now, once=one.once("leave"))
    return "left"
