"""The list of keys."""

from django.urls import path

from madoguchi.web.desk.keys import views

urlpatterns = [path("keys/", views.keys, name="keys")]
