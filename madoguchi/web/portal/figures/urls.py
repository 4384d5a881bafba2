"""The counts that were published (公表した集計), as page and as CSV."""

from django.urls import path

from madoguchi.web.portal.figures import views

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/<int:year>.csv", views.table, name="figures-csv"),
]
