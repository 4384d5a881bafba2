"""The mails that came in (メール受付)."""

from django.urls import path

from madoguchi.web.desk.mail import views

urlpatterns = [
    path("mail/", views.queue, name="mail"),
    path("mail/<uuid:mail_id>/", views.mail, name="mail-one"),
    path("mail/<uuid:mail_id>/<slug:name>/", views.act, name="mail-act"),
]
