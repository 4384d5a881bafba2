"""Where a person sees and changes their own booking with the receipt; the addresses say nothing."""

from django.urls import path

from madoguchi.web.portal.own_clinic import acts
from madoguchi.web.portal.own_clinic.views import calendar, own_clinic

urlpatterns = [
    path("s/f/l/", own_clinic, name="own-clinic"),
    path("s/f/l/k/", acts.keep, name="own-clinic-keep"),
    path("s/f/l/c/", acts.change, name="own-clinic-change"),
    path("s/f/l/x/", acts.cancel, name="own-clinic-cancel"),
    path("s/f/l/o/", acts.answer, name="own-clinic-answer"),
    path("s/f/l/w/", acts.wait, name="own-clinic-wait"),
    path("s/f/l/e/", acts.leave, name="own-clinic-leave"),
    path("s/f/l/t/", calendar, name="own-clinic-calendar"),
]
