"""The sheet by its three doors, and the receipt that it ends with."""

from django.urls import path

from madoguchi.web.desk.phone import receipts, views

urlpatterns = [
    path("phone/", views.begin, {"door": "phone"}, name="phone"),
    path("counter/", views.begin, {"door": "counter"}, name="counter"),
    path("letter/", views.begin, {"door": "letter"}, name="letter"),
    path("intake/<uuid:sheet_id>/", views.sheet, name="intake"),
    path("receipts/<uuid:case_id>/", receipts.receipt, name="receipt"),
    path("receipts/<uuid:case_id>/card/", receipts.card, name="receipt-card"),
]
