"""Whether the subsidy may be for somebody; the address says nothing, and nothing is kept."""

from django.urls import path

from madoguchi.web.portal.check.views import check

urlpatterns = [path("s/h/check/", check, name="check")]
