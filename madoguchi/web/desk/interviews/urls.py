"""Interviews: the week, a day, and the interviews of one case."""

from django.urls import path

from madoguchi.web.desk.interviews import booking, views

urlpatterns = [
    path("interviews/", views.week, name="interviews"),
    path("interviews/on/<slug:on>/", views.day, name="interview-day"),
    path("interviews/on/<slug:on>/sheet/", views.sheet, name="interview-sheet"),
    path("interviews/on/<slug:on>/keep/", views.keep, name="interview-keep"),
    path("interviews/kept/<uuid:kept_id>/", views.release, name="interview-release"),
    path("interviews/of/<uuid:case_id>/", booking.booking, name="case-interviews"),
    path(
        "interviews/of/<uuid:case_id>/<uuid:interview_id>/<slug:name>/",
        booking.act,
        name="interview-act",
    ),
]
