"""The portal with the receipts of tests (1 MiB, not 64): a proof measures waiting, not hashing.

Outside the demo the program refuses the setting that does this; so a proof serves this instead.
"""

from madoguchi.config.wsgi import BodyGate, application
from madoguchi.tools.vault import cipher

cipher.PRODUCTION = cipher.TEST

__all__ = ["BodyGate", "application"]
