"""The portal whose worker is renewed seconds after its first request, as `RENEWED_AFTER_S` says."""

import os

from madoguchi.config.wsgi import application

if application.renewal:
    application.renewal.after_s = float(os.environ["RENEWED_AFTER_S"])

__all__ = ["application"]
