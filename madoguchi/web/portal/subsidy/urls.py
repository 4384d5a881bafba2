"""The subsidy explained."""

from django.urls import path

from madoguchi.web.portal.subsidy.views import subsidy

urlpatterns = [path("subsidy/", subsidy, name="subsidy")]
