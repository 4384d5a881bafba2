"""The portal of before: one worker for all bodies, never renewed (a negative control)."""

from madoguchi.config.wsgi import application

application.renewal, application.takes_long_bodies = None, True

__all__ = ["application"]
