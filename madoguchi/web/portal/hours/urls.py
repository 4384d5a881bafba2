"""The desk's state as data."""

from django.urls import path

from madoguchi.web.portal.hours.views import data

urlpatterns = [path("hours.json", data, name="hours-json")]
