"""One page for each need."""

from django.urls import path, register_converter

from madoguchi.web.portal.guide.converter import NeedConverter
from madoguchi.web.portal.guide.views import guide

register_converter(NeedConverter, "need")

urlpatterns = [path("guide/<need:need>/", guide, name="guide")]
