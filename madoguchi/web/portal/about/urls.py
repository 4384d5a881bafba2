"""Pages of prose about the site itself."""

from django.urls import path

from madoguchi.web.portal.about import views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("site/", views.site, name="site"),
]
