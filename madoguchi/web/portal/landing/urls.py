"""Where everybody comes in."""

from django.urls import path

from madoguchi.web.portal.landing.views import landing

urlpatterns = [path("", landing, name="landing")]
