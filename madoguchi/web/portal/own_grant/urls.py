"""Where a person follows their own grant with the receipt; the addresses say nothing more."""

from django.urls import path

from madoguchi.web.portal.own_grant import views
from madoguchi.web.portal.own_grant.answer import answer
from madoguchi.web.portal.own_grant.views import own_grant

urlpatterns = [
    path("s/h/grant/", own_grant, name="own-grant"),
    path("s/h/grant/a/", answer, name="own-grant-answer"),
    path("s/h/grant/c/", views.contract, name="own-grant-contract"),
    path("s/h/grant/r/", views.report, name="own-grant-report"),
    path("s/h/grant/q/", views.claim, name="own-grant-claim"),
    path("s/h/grant/q/check/", views.claim_check, name="own-grant-claim-check"),
    path("s/h/grant/x/", views.withdraw, name="own-grant-withdraw"),
]
