"""The record sheet of a case, on paper."""

from django.urls import path

from madoguchi.web.desk.sheet.views import sheet

urlpatterns = [path("sheets/<uuid:case_id>/", sheet, name="sheet")]
