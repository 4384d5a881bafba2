"""What the office tells the public day by day (お知らせ)."""

from django.urls import path

from madoguchi.web.desk.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/<uuid:notice_id>/withdraw/", views.withdraw, name="notice-withdraw"),
]
