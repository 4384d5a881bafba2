"""The day on which a lawyer sits (開催日の画面)."""

from django.urls import path

from madoguchi.web.lawyer.day import views

urlpatterns = [
    path("", views.home, name="lawyer-home"),
    path("day/", views.day, name="lawyer-day"),
]
