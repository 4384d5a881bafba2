"""The lawyer's consultation days, as page, calendar and data."""

from django.urls import path

from madoguchi.web.portal.clinic import views

urlpatterns = [
    path("clinic/", views.clinic, name="clinic"),
    path("clinic/dates.ics", views.calendar, name="clinic-ics"),
    path("clinic/dates.json", views.data, name="clinic-json"),
]
