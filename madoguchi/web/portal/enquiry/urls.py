"""Whom to ask about a page, and a form to ask with."""

from django.urls import path

from madoguchi.web.portal.enquiry.views import ask, enquiry, sent

urlpatterns = [
    path("enquiry/", enquiry, name="enquiry"),
    path("enquiry/ask/", ask, name="enquiry-ask"),
    path("enquiry/sent/", sent, name="enquiry-sent"),
]
