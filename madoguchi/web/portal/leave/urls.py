"""Where a visit ends."""

from django.urls import path

from madoguchi.web.portal.leave.views import leave

urlpatterns = [path("s/leave/", leave, name="leave")]
