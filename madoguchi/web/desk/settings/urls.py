"""What is published about the desk (設定): as it is now, and how it is changed."""

from django.urls import path

from madoguchi.web.desk.settings import change, views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/year/", views.year, name="settings-year"),
    path("settings/agencies/<slug:agency_id>/", views.agency, name="settings-agency"),
    path("settings/texts/words/<slug:name>/", views.group, name="settings-words"),
    path("settings/texts/pages/<slug:name>/", views.prose, name="settings-prose"),
    path("settings/change/<slug:name>/", change.form, name="settings-change"),
    path("settings/change/<slug:name>/back/", change.back, name="settings-back"),
    path("settings/change/<slug:name>/look/", change.look, name="settings-look"),
    path("settings/change/<slug:name>/sample/", change.sample, name="settings-sample"),
    path("settings/change/<slug:name>/do/", change.DecisionPage.as_view(), name="settings-do"),
    path("settings/proposals/<uuid:proposal_id>/", views.proposal, name="settings-proposal"),
    path(
        "settings/proposals/<uuid:proposal_id>/sample/",
        views.sample,
        name="settings-proposal-sample",
    ),
    path(
        "settings/proposals/<uuid:proposal_id>/confirm/",
        views.end,
        {"verb": "confirm"},
        name="settings-confirm",
    ),
    path(
        "settings/proposals/<uuid:proposal_id>/drop/",
        views.end,
        {"verb": "drop"},
        name="settings-drop",
    ),
    path(
        "settings/decisions/<uuid:notice_id>/withdraw/",
        views.withdraw,
        name="settings-withdraw",
    ),
    path("settings/<slug:name>/", views.subject, name="settings-subject"),
]
