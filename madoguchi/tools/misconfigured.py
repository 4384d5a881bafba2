"""What stops a start: a setting or a file that is not as it must be (設定の誤り)."""


class Misconfigured(Exception):
    """The text says which key or file, what was found, and what to do."""

    def __init__(self, key: str, found: str, remedy: str) -> None:
        super().__init__(f"{key}: {found}\n  -> {remedy}")
