"""Colours and text size of the desk's pages."""

from django.urls import path

from madoguchi.web.kit.display import choose

urlpatterns = [path("display/", choose, name="display")]
