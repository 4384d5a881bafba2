"""What a window's unit must make impossible, tried from inside it (囲い).

What a unit's file says proves little: a kernel or a container may pass over it in silence. So
`serve` tries each deed before anybody is served, in a child of its own, and writes what came of it
into a file that systemd opened for it as root and emptied before. Whoever takes the window over
later cannot change what stands there; `doctor` reads it.
"""

import ctypes
import errno
import mmap
import os
import resource
import socket
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

TRIED = Path("/run/madoguchi/tried")  # of root, a file each window
ETC = Path("/etc/madoguchi")
WINDOW_NAMES = {"portal": "公開側", "desk": "職員側"}
HELD, DONE = "held", "DONE"
PTRACE_TRACEME = 0
NO_RANDOM_ADDRESSES = 0x0040000
NOWHERE = ("192.0.2.1", 9)  # an address that nobody has; nothing is sent to it
PLAIN_DEVICES = {"null", "zero", "full", "random", "urandom", "tty", "ptmx"}
HOMES = [Path("/home"), Path("/root")]
SYSTEM = [Path(name) for name in ("/", "/etc", "/usr", "/var/lib", "/opt")]
SECRETS = {
    "portal": ("master.key", "desk.secret", "owner.secret", "desk", "mailbox.password"),
    "desk": ("master.key", "portal.secret", "owner.secret"),
}
FOLDERS = {  # of the house, in which the window makes nothing
    "portal": (".", "files", "lost", "public", "inbox", "inbox/desk", "static", "static/desk"),
    "desk": (".", "inbox", "static", "static/portal"),
}

MOST_FILES, MOST_BYTES = 10_000, 2**27  # of a folder in memory that the window may fill
MEMORY = {"tmp": Path("/tmp"), "shm": Path("/dev/shm")}  # noqa: S108 - bounded by the unit


@dataclass(frozen=True)
class Deed:
    """Something that a window taken over would do; `do` raises where it cannot be done.

    held_by: what of the unit, or of the house, stands against it.
    """

    code: str
    about: str
    held_by: str
    do: Callable[[], None]


def deeds(window: str, home: Path) -> tuple[Deed, ...]:
    """All that are tried for this window of the house in `home`."""
    other = "desk" if window == "portal" else "portal"
    secrets = [ETC / name for name in SECRETS[window]]
    folders = [home / name for name in FOLDERS[window]]
    filled = [(code, folder, "TemporaryFileSystem") for code, folder in MEMORY.items()]
    if window == "portal":  # into the desk's it cannot write
        own = Path(os.environ.get("RUNTIME_DIRECTORY", "/run/madoguchi/own/portal"))
        filled.append(("run", own, "run-madoguchi-own.mount"))
    return (
        *(
            Deed(
                code,
                f"{folder} を、ほかのプログラムの分まで埋める",
                held_by,
                partial(_fill, folder),
            )
            for code, folder, held_by in filled
        ),
        Deed("port", "ポートを開く", "RestrictAddressFamilies", _take_a_port),
        Deed("network", "外のネットワークへ出る", "PrivateNetwork", _find_a_way_out),
        Deed("call", f"{WINDOW_NAMES[other]}の窓口を呼ぶ", "/run/madoguchi", lambda: _call(other)),
        Deed("secrets", "鍵と秘密を読む", "/etc/madoguchi", lambda: _any(_read, secrets)),
        Deed(
            "house", "ほかの利用者の場所に書く", "docs/running.md の1", lambda: _any(_make, folders)
        ),
        Deed("system", "システムに書く", "ProtectSystem", _write_into_the_system),
        Deed("home", "人のフォルダーを見る", "ProtectHome", lambda: _any(_read, HOMES)),
        Deed("processes", "ほかの利用者のプロセスを見る", "ProtectProc", _see_a_process),
        Deed("own", "同じ利用者で動くほかのプログラムを操る", "PrivatePIDs", _see_beyond_the_unit),
        Deed("bus", "systemd にほかの利用者のことを聞く", "InaccessiblePaths", _ask_the_bus),
        Deed("kernel", "カーネルの設定を見る", "ProcSubset", lambda: _read(Path("/proc/sys"))),
        Deed("devices", "機器を見つける", "PrivateDevices", _find_a_device),
        Deed("node", "機器を作る", "CapabilityBoundingSet", _make_a_device),
        Deed(
            "capabilities",
            "管理者の権限を持つ",
            "CapabilityBoundingSet",
            lambda: _status("CapBnd", "0" * 16),
        ),
        Deed("privileges", "権限を増やす", "NoNewPrivileges", lambda: _status("NoNewPrivs", "1")),
        Deed("setuid", "利用者を変えるプログラムを作る", "RestrictSUIDSGID", _make_setuid),
        Deed("trace", "ほかのプロセスを操る", "SystemCallFilter", _trace),
        Deed("namespace", "別の名前空間に入る", "RestrictNamespaces", _enter_a_namespace),
        Deed("memory", "書いた命令を実行する", "MemoryDenyWriteExecute", _map_executable),
        Deed("personality", "実行環境を変える", "LockPersonality", _change_personality),
        Deed("core", "メモリの写しを残す", "LimitCORE", _dump_core),
    )


def report(file: BinaryIO, window: str, home: Path) -> None:
    """Try every deed and write a line each: its code, and `HELD` or `DONE`."""
    file.writelines(
        f"{deed.code} {DONE if succeeds(deed) else HELD}\n".encode() for deed in deeds(window, home)
    )
    file.flush()


def reported(window: str) -> dict[str, str]:
    """What came of each deed when the window opened, by its code; nothing where it did not."""
    try:
        lines = (TRIED / window).read_text("ascii").splitlines()
    except FileNotFoundError:
        return {}
    return {code: result for code, _, result in (line.partition(" ") for line in lines)}


def succeeds(deed: Deed) -> bool:
    """Whether it can be done here; tried in a child, since a filter of system calls may kill."""
    child = os.fork()
    if child == 0:
        try:
            deed.do()
        except (OSError, ValueError):  # ValueError: of a limit
            os._exit(1)
        finally:  # done, or not tried at all: that is no better
            os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _any(deed: Callable[[Path], None], paths: list[Path]) -> None:
    """Do it to the first that lets itself be done to."""
    for path in paths:
        with suppress(OSError):
            return deed(path)
    raise PermissionError


def _take_a_port() -> None:
    with socket.socket(socket.AF_INET) as line:
        line.bind(("127.0.0.1", 0))


def _find_a_way_out() -> None:
    """By the kernel's own tables, which need no socket: those are refused for another reason."""
    four = Path("/proc/self/net/route").read_text("ascii").splitlines()[1:]
    six = Path("/proc/self/net/ipv6_route").read_text("ascii").splitlines()
    if not four and all(line.split()[-1] == "lo" for line in six):
        raise PermissionError


def _call(window: str) -> None:
    _connect(f"/run/madoguchi/{window}/http")


def _ask_the_bus() -> None:
    """It tells everybody the command lines of every unit, which ProtectProc hides."""
    _connect("/run/dbus/system_bus_socket")


def _connect(place: str) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(place)


def _read(path: Path) -> None:
    os.close(os.open(path, os.O_RDONLY))  # a folder too


def _make(folder: Path) -> None:
    Path(tempfile.mkdtemp(dir=folder)).rmdir()


def _write_into_the_system() -> None:
    """The mount must refuse it, and not only the folder's mode: that is nobody's sandbox."""
    for folder in SYSTEM:
        try:
            _make(folder)
        except OSError as error:
            if error.errno == errno.EROFS:
                continue
        return
    raise PermissionError


def _fill(folder: Path) -> None:
    """It lets itself be written, and takes more than a folder of this window's own would."""
    _make(folder)
    room = os.statvfs(folder)
    if 0 < room.f_files <= MOST_FILES and room.f_blocks * room.f_frsize <= MOST_BYTES:
        raise PermissionError


def _see_a_process() -> None:
    mine = os.getuid()
    if all(
        entry.stat().st_uid == mine for entry in Path("/proc").iterdir() if entry.name.isdigit()
    ):
        raise PermissionError


def _see_beyond_the_unit() -> None:
    """Memory of one's own user can be written, where its number is known: /proc begins with us."""
    try:
        alone = Path("/proc/1").stat().st_uid == os.getuid()
    except FileNotFoundError:
        alone = False  # it is hidden, as another user's
    if alone:
        raise PermissionError


def _find_a_device() -> None:
    def real(path: Path) -> bool:
        mode = path.lstat().st_mode
        return stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and path.name not in PLAIN_DEVICES)

    if not any(map(real, Path("/dev").iterdir())):
        raise PermissionError


def _make_a_device() -> None:
    path = Path(tempfile.gettempdir()) / "device"
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    path.unlink()


def _status(name: str, wanted: str) -> None:
    """What the kernel says of this process must be this."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    if f"{name}:\t{wanted}" in lines:
        raise PermissionError


def _make_setuid() -> None:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).chmod(0o4700)


def _trace() -> None:
    if ctypes.CDLL(None).ptrace(PTRACE_TRACEME, 0, 0, 0) < 0:
        raise PermissionError


def _enter_a_namespace() -> None:
    """Of no file: a kernel that is asked says so, a unit's filter says that nobody may ask."""
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.setns(-1, 0) < 0 and ctypes.get_errno() == errno.EPERM:
        raise PermissionError


def _map_executable() -> None:
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def _change_personality() -> None:
    if ctypes.CDLL(None).personality(NO_RANDOM_ADDRESSES) < 0:
        raise PermissionError


def _dump_core() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
