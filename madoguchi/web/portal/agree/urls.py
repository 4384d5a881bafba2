"""Where a person reads what would be passed on to another agency; the address says nothing."""

from django.urls import path

from madoguchi.web.portal.agree.views import agree

urlpatterns = [path("s/f/r/", agree, name="agree")]
