"""The list of cases (一覧)."""

from django.urls import path

from madoguchi.web.desk.inbox import views

urlpatterns = [path("", views.inbox, name="inbox")]
