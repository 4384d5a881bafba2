"""Looking for words in the cases (検索)."""

from django.urls import path

from madoguchi.web.desk.search import views

urlpatterns = [path("search/", views.search, name="search")]
