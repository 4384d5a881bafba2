"""One page for each need."""

from django.urls import path

from madoguchi.web.portal.guide.views import guide
from madoguchi.web.portal.needs import IN_ADDRESS

urlpatterns = [path(f"guide/{IN_ADDRESS}/", guide, name="guide")]
