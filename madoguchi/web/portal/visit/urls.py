"""Where a person books an interview with the receipt; the address says nothing."""

from django.urls import path

from madoguchi.web.portal.visit.views import cancel, visit

urlpatterns = [
    path("s/f/v/", visit, name="visit"),
    path("s/f/v/x/", cancel, name="visit-cancel"),
]
