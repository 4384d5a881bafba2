"""The directory of agencies, whole, by need, and as data."""

from django.urls import path

from madoguchi.web.portal.desks import views
from madoguchi.web.portal.needs import IN_ADDRESS

urlpatterns = [
    path("desks/", views.desks, name="desks"),
    path(f"desks/{IN_ADDRESS}/", views.desks, name="desks-for"),
    path("desks.json", views.data, name="desks-json"),
]
