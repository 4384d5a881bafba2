"""The clinic at the desk: its year and what changes in it, a day, a case's bookings, the calls."""

from django.urls import path

from madoguchi.web.desk.clinic import booking, calls, change, day, lawyers, people, year

urlpatterns = [
    path("clinic/", year.year, name="clinic-year"),
    path("clinic/publish/<int:year>/", year.publish, name="clinic-publish"),
    path("clinic/add/", change.add, name="clinic-add"),
    path("clinic/on/<slug:ref>/move/", change.move, name="clinic-move"),
    path("clinic/on/<slug:ref>/cancel/", change.cancel, name="clinic-cancel"),
    path("clinic/on/<slug:ref>/lawyers/", lawyers.seats, name="clinic-seats"),
    path("clinic/on/<slug:ref>/told/", people.affected, name="clinic-told"),
    path(
        "clinic/on/<slug:ref>/told/<uuid:case_id>/<uuid:booking_id>/",
        people.answer,
        name="clinic-answer",
    ),
    path(
        "clinic/on/<slug:ref>/told/<uuid:case_id>/<uuid:booking_id>/write/",
        people.write,
        name="clinic-write",
    ),
    path("clinic/lawyers/", lawyers.lawyers, name="clinic-lawyers"),
    path("clinic/lawyers/<uuid:lawyer_id>/end/", lawyers.end, name="clinic-lawyer-end"),
    path("clinic/on/<slug:ref>/", day.day, name="clinic-day"),
    path("clinic/on/<slug:ref>/keep/", day.keep, name="clinic-keep"),
    path("clinic/on/<slug:ref>/<int:number>/", day.find, name="clinic-find"),
    path("clinic/kept/<uuid:kept_id>/", day.release, name="clinic-release"),
    path("clinic/of/<uuid:case_id>/", booking.booking, name="case-clinic"),
    path("clinic/of/<uuid:case_id>/<uuid:booking_id>/<slug:name>/", booking.act, name="clinic-act"),
    path("clinic/of/<uuid:case_id>/apart/", booking.look, name="clinic-apart"),
    path("clinic/of/<uuid:case_id>/wait/", booking.wait, name="clinic-wait"),
    path(
        "clinic/of/<uuid:case_id>/wait/<uuid:waiting_id>/offer/",
        booking.offer,
        name="clinic-offer",
    ),
    path("clinic/of/<uuid:case_id>/wait/<uuid:waiting_id>/stop/", booking.stop, name="clinic-stop"),
    path("clinic/calls/", calls.calls, name="clinic-calls"),
    path("clinic/calls/<uuid:case_id>/", calls.call, name="clinic-call"),
]
