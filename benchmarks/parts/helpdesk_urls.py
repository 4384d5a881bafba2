"""The addresses of the peer beside our figures (see `helpdesk.py`)."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls"))]
