"""The folders of a house: whose each is, what a window does there, and what mends it."""

import os
import stat
from pathlib import Path

from django.conf import settings
from django.db import connection

from madoguchi.tools.misconfigured import Misconfigured

FOLDERS = {  # of the house in earnest, as docs/running.md makes them: owner, mode
    "": ("root", "0750"),
    "inbox": ("root", "0750"),
    "inbox/portal": ("madoguchi-portal", "0770"),
    "inbox/desk": ("madoguchi-desk", "0700"),
    "static": ("root", "0750"),
    "static/portal": ("madoguchi-portal", "0750"),
    "static/desk": ("madoguchi-desk", "0750"),
    "public": ("madoguchi-desk", "0750"),
    "files": ("madoguchi-desk", "0710"),
    "lost": ("madoguchi-desk", "0700"),
}
ENTER, WRITE = os.X_OK, os.W_OK | os.X_OK
OWN = ("public", "files", "inbox/desk", "lost")  # the desk's
DEEDS = {  # what each window must be able to do, and where it must not be able to write
    "portal": ({"public": ENTER, "files": ENTER, "inbox/portal": WRITE}, ("", *OWN)),
    "desk": (dict.fromkeys(OWN, WRITE), ()),
}
DEEDS["worker"] = DEEDS["desk"]


def apart() -> bool:
    """Whether each window is a user of its own."""
    return not settings.DEMO and connection.vendor == "postgresql"


def made_so(folder: Path) -> str:
    """The command that makes a folder of the house, or gives it its owner and mode."""
    if not apart():
        return f"install -d -m 0700 {folder}"
    name = folder.relative_to(settings.HOME).as_posix()
    owner, mode = FOLDERS["" if name == "." else name]
    return f"install -d -o {owner} -g madoguchi -m {mode} {folder}"


def fault(folder: Path) -> Misconfigured | None:
    """Why a folder is not as the page makes it: also where it is another window's that suffers.

    Where all is one user's, only strangers are kept out, and folders are made with the first file.
    """
    try:
        found = stat.S_IMODE(folder.stat().st_mode)
    except FileNotFoundError:
        return None if settings.DEMO else Misconfigured(str(folder), "ありません", made_so(folder))
    except PermissionError:  # the folder around it is shut
        return Misconfigured(str(folder), "そこに入れません", made_so(folder.parent))
    wanted = made_so(folder).split("-m ")[1][:4]
    what = ""
    if apart():
        if found & 0o777 != int(wanted, 8):
            what = f"モードが {found & 0o777:04o} です。正しくは {wanted} です"
    elif found & 0o007:
        what = "ほかの利用者にも開いています"
    elif not os.access(folder, os.X_OK):
        what = "そこに入れません"
    return Misconfigured(str(folder), what, made_so(folder)) if what else None


def require() -> None:
    """What this window does in the folders can be done by its user, and no more; each is tried.

    Raises:
        Misconfigured: naming the folder and the command that mends it.
    """
    if not apart():
        return
    needed, forbidden = DEEDS[settings.WINDOW.name]
    for name, deed in needed.items():
        folder = settings.HOME / name
        if not os.access(folder, deed):
            found = "この窓口から使えません" if folder.parent.is_dir() else "そこに入れません"
            raise Misconfigured(str(folder), found, made_so(folder))
    for name in forbidden:
        folder = settings.HOME / name
        if os.access(folder, os.W_OK):
            found = "この窓口から書けます。書けてはいけない場所です"
            raise Misconfigured(str(folder), found, made_so(folder))
