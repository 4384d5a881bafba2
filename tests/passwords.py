"""Passwords of the tests' cast, hashed as the product hashes, but at no cost."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class Cheap(ScryptPasswordHasher):
    """Scrypt, one step of it: every second test makes a colleague, and few sign in."""

    work_factor = 2
