"""The table of offices (役所): one municipality each."""

import uuid

from django.db import models


class Office(models.Model):
    """A municipality with its programme and its two host names."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    portal_host = models.CharField(max_length=200, unique=True)
    desk_host = models.CharField(max_length=200, unique=True)
