"""Where colours and text size are chosen."""

from django.urls import path

from madoguchi.web.kit.display import choose

urlpatterns = [path("display/", choose, name="display")]
