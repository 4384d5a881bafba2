"""Whom to ask about a page."""

from django.urls import path

from madoguchi.web.portal.enquiry.views import enquiry

urlpatterns = [path("enquiry/", enquiry, name="enquiry")]
