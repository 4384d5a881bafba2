"""Where a procedure begins."""

from django.urls import path

from madoguchi.web.portal.safety.views import safety

urlpatterns = [path("s/", safety, name="safety")]
