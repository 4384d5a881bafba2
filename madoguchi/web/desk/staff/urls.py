"""The office's accounts and data (職員)."""

from django.urls import path

from madoguchi.web.desk.staff import views

urlpatterns = [path("staff/", views.staff, name="staff")]
