"""The grants: their list, one of them, its acts, papers and files."""

from django.urls import path

from madoguchi.web.desk.grants import doing, files, papers, receiving, typing, views

urlpatterns = [
    path("grants/", views.grants, name="grants"),
    path("grants/new/", typing.new, name="grant-new"),
    path("grants/<uuid:grant_id>/", doing.grant, name="grant"),
    path("grants/<uuid:grant_id>/receive/", receiving.receive, name="grant-receive"),
    path("grants/<uuid:grant_id>/check/", doing.check, name="grant-check"),
    path("grants/<uuid:grant_id>/do/<slug:name>/", doing.act, name="grant-act"),
    path("grants/<uuid:grant_id>/type/<slug:name>/", typing.later, name="grant-type"),
    path("grants/<uuid:grant_id>/paper/<slug:name>/", papers.paper, name="grant-paper"),
    path("grants/<uuid:grant_id>/issued/<uuid:issued_id>/", files.issued, name="grant-issued"),
    path("grants/<uuid:grant_id>/files/<uuid:file_id>/", files.file, name="grant-file"),
]
