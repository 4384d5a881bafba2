"""The counts of a month and of a fiscal year (集計)."""

from django.urls import path

from madoguchi.web.desk.reports import views

urlpatterns = [
    path("reports/", views.newest, name="reports"),
    path("reports/<str:said>/", views.sheet, name="report"),
    path("reports/<str:said>.xlsx", views.workbook, name="report-workbook"),
    path("reports/<str:said>/settle/", views.settle, name="report-settle"),
    path("reports/<str:said>/publish/", views.publish, name="report-publish"),
    path("reports/<str:said>/<str:table>/<str:row>/", views.people, name="report-people"),
]
