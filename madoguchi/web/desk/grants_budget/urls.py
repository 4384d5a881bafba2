"""The year's budget: its figures, its changes, its books beside the city's own accounting."""

from django.urls import path

from madoguchi.web.desk.grants_budget import acts, compare, views

urlpatterns = [
    path("grants/budget/", views.newest, name="grants-budget"),
    path("grants/budget/<int:year>/", views.budget, name="grants-budget-year"),
    path("grants/budget/<int:year>/open/", acts.open_, name="grants-budget-open"),
    path("grants/budget/<int:year>/change/", acts.change, name="grants-budget-change"),
    path("grants/budget/<int:year>/compare/", compare.compare, name="grants-budget-compare"),
]
