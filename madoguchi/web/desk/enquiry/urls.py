"""Questions about a page: the list, one of them, and what is done with it."""

from django.urls import path

from madoguchi.web.desk.enquiry import views

urlpatterns = [
    path("enquiries/", views.enquiries, name="enquiries"),
    path("enquiries/<uuid:enquiry_id>/", views.enquiry, name="enquiry"),
    path("enquiries/<uuid:enquiry_id>/<slug:name>/", views.act, name="enquiry-act"),
]
