"""The clinic at the desk: its year and what changes in it, a day, a case's bookings, the calls."""

from __future__ import annotations

from django.urls import path

from madoguchi.web.desk.clinic import booking, calls, day, find

urlpatterns = [
    path("clinic/on/<slug:ref>/", day.day, name="clinic-day"),
    path("clinic/on/<slug:ref>/keep/", day.keep, name="clinic-keep"),
    path("clinic/on/<slug:ref>/<int:number>/", find.find, name="clinic-find"),
    path("clinic/kept/<uuid:kept_id>/", day.release, name="clinic-release"),
    path("clinic/of/<uuid:case_id>/", booking.booking, name="case-clinic"),
    path("clinic/of/<uuid:case_id>/<uuid:booking_id>/<slug:name>/", booking.act, name="clinic-act"),
    path("clinic/calls/", calls.calls, name="clinic-calls"),
    path("clinic/calls/<uuid:case_id>/", calls.call, name="clinic-call"),
]
