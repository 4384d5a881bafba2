"""The ordinance on which the desk stands."""

from django.urls import path

from madoguchi.web.portal.ordinance.views import ordinance

urlpatterns = [path("ordinance/", ordinance, name="ordinance")]
