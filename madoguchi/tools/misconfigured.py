"""What stops a start or a command: a setting or a file that is not as it must be (設定の誤り)."""

import errno
import os
import pwd

REASONS = {
    errno.ENOENT: "ありません",
    errno.EACCES: "権限がありません",
    errno.EPERM: "権限がありません",
    errno.EEXIST: "もうあります",
    errno.ENOTDIR: "フォルダーではありません",
    errno.EISDIR: "フォルダーです",
    errno.ENOSPC: "場所がいっぱいです",
    errno.EFBIG: "書ける大きさを超えました",
    errno.EROFS: "読み取り専用の場所です",
    errno.EADDRINUSE: "ほかのプログラムが使っています",
}


class Misconfigured(Exception):
    """Says of what, what was found, and what to do, in the words of an administrator."""

    def __init__(self, about: str, found: str, remedy: str) -> None:
        super().__init__(f"{about}：{found}\n  → {remedy}")
        self.about, self.found, self.remedy = about, found, remedy


def reason(error: OSError) -> str:
    """Why the system refused."""
    return REASONS.get(error.errno or 0, error.strerror or "使えません")


def whoami() -> str:
    """The name of the system user that runs this; its number where it has no account."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
