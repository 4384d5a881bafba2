"""News as page and as feeds."""

from django.urls import path

from madoguchi.web.portal.news import views

urlpatterns = [
    path("news/", views.news, name="news"),
    path("news/rss.xml", views.rss, name="news-rss"),
    path("news/atom.xml", views.atom, name="news-atom"),
]
