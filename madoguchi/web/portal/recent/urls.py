"""Where the list of pages lately read is switched."""

from django.urls import path

from madoguchi.web.portal.recent.views import switch

urlpatterns = [path("recent/", switch, name="recent")]
