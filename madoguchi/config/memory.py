"""No other process of the same user reaches into this one (プロセスの囲い).

Linux lets a user's processes read and write each other's memory and take each other's sockets. So
whoever takes over the portal's process for words would read other people's long bodies while they
come, and stand where the next ones arrive; and the other way round.
"""

import ctypes

PR_SET_DUMPABLE = 4


def shut() -> None:
    """From now on, for this process and those that it forks; not for programs that it starts."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
