"""One slot of the day: whom the lawyer meets then (相談枠の画面)."""

from django.urls import path

from madoguchi.web.lawyer.slot import acts, outcome, views

urlpatterns = [
    path("day/<uuid:booking_id>/", views.slot, name="lawyer-slot"),
    path("day/<uuid:booking_id>/clear/", acts.clear, name="lawyer-clear"),
    path("day/<uuid:booking_id>/decline/", acts.decline, name="lawyer-decline"),
    path("day/<uuid:booking_id>/outcome/", outcome.write, name="lawyer-outcome"),
    path("day/<uuid:booking_id>/files/<uuid:file_id>/", views.picture, name="lawyer-file"),
]
