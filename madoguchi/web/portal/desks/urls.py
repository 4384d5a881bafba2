"""The directory of agencies, whole, by need, and as data."""

from django.urls import path

from madoguchi.web.portal.desks import views
from madoguchi.web.portal.guide import urls as guide

assert guide.urlpatterns  # the `need` converter is registered there
urlpatterns = [
    path("desks/", views.desks, name="desks"),
    path("desks/<need:need>/", views.desks, name="desks-for"),
    path("desks.json", views.data, name="desks-json"),
]
