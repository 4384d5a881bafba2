"""A need in an address: one of the six, nothing else."""

from madoguchi.rules.programme.agency import NEEDS


class NeedConverter:
    """Reads and writes a need."""

    regex = "|".join(NEEDS)

    def to_python(self, value: str) -> str:
        """The need itself."""
        return value

    def to_url(self, value: str) -> str:
        """The need itself."""
        return value
