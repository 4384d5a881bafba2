"""Where an answer is read; the addresses say nothing."""

from django.urls import path

from madoguchi.web.portal.follow.views import deletion, follow, message, wishes

urlpatterns = [
    path("s/f/", follow, name="follow"),
    path("s/f/m/", message, name="follow-message"),
    path("s/f/w/", wishes, name="follow-wishes"),
    path("s/f/d/", deletion, name="follow-deletion"),
]
