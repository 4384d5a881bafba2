"""One case, its verbs and its files."""

from django.urls import path

from madoguchi.web.desk.case import files, links, views

urlpatterns = [
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("cases/<uuid:case_id>/files/<uuid:file_id>/", files.file, name="case-file"),
    path("cases/<uuid:case_id>/links/<uuid:entry_id>/<int:place>/", links.link, name="case-link"),
    path("cases/<uuid:case_id>/<slug:name>/", views.act, name="case-act"),
]
