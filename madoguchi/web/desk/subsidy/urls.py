"""The papers of the subsidy at the desk."""

from django.urls import path

from madoguchi.web.desk.subsidy.views import application, paper

urlpatterns = [
    path("cases/<uuid:case_id>/subsidy/form/", application, name="subsidy-form"),
    path("handouts/<slug:name>.pdf", paper, name="handout"),
]
