"""A page that shows nothing (画面を隠す)."""

from django.urls import path

from madoguchi.web.desk.hidden import views

urlpatterns = [path("hidden/", views.hidden, name="hidden")]
