"""Where a request is written, step by step; the addresses say nothing."""

from django.urls import path

from madoguchi.web.portal.consult.views import check, done, lines, step

urlpatterns = [
    path("s/c/<int:number>/", step, name="consult"),
    path("s/c/<int:number>/lines/", lines, name="consult-lines"),
    path("s/c/check/", check, name="consult-check"),
    path("s/c/done/", done, name="consult-done"),
]
