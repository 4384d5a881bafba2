"""A paper as it was issued."""

from django.urls import path

from madoguchi.web.desk.issued.views import paper

urlpatterns = [path("cases/<uuid:case_id>/issued/<uuid:issued_id>/", paper, name="issued")]
