"""Where an application is written; the addresses say nothing."""

from django.urls import path

from madoguchi.web.portal.apply.sending import paper, sent
from madoguchi.web.portal.apply.views import late, task, tasks

urlpatterns = [
    path("s/h/", tasks, name="apply"),
    path("s/h/<int:number>/", task, name="apply-task"),
    path("s/h/time/", late, name="apply-late"),
    path("s/h/sent/", sent, name="apply-sent"),
    path("s/h/paper/", paper, name="apply-paper"),
]
