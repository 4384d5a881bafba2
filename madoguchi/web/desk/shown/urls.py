"""What the person may look at, at the counter."""

from django.urls import path

from madoguchi.web.desk.shown import views

urlpatterns = [path("shown/<uuid:case_id>/", views.shown, name="shown")]
