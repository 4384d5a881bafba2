"""The grants: their list, one of them, its acts, papers and files."""

from django.urls import path

from madoguchi.web.desk.grants import act_pages, typing, views

urlpatterns = [
    path("grants/", views.grants, name="grants"),
    path("grants/new/", typing.new, name="grant-new"),
    path("grants/<uuid:grant_id>/", act_pages.GrantPage.as_view(), name="grant"),
    path(
        "grants/<uuid:grant_id>/receive/",
        act_pages.ReceiveAtCounter.as_view(),
        name="grant-receive",
    ),
    path("grants/<uuid:grant_id>/check/", act_pages.CheckView.as_view(), name="grant-check"),
    path("grants/<uuid:grant_id>/second/<slug:name>/", act_pages.ask_second, name="grant-second"),
    path("grants/<uuid:grant_id>/do/<slug:name>/", act_pages.ActView.as_view(), name="grant-act"),
    path("grants/<uuid:grant_id>/type/<slug:name>/", typing.type_paper, name="grant-type"),
    path("grants/<uuid:grant_id>/paper/<slug:name>/", act_pages.paper, name="grant-paper"),
    path("grants/<uuid:grant_id>/issued/<uuid:issued_id>/", views.issued, name="grant-issued"),
    path("grants/<uuid:grant_id>/files/<uuid:file_id>/", views.file, name="grant-file"),
]
