"""Which version of the program runs, for the command line and the foot of the desk's pages."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def version(root: Path = ROOT) -> str:
    """Such as `0.1.0`; from a checkout `0.1.0 (3dc9ede01f2a)`."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    except OSError:  # installed: no checkout around us
        from importlib import metadata  # noqa: PLC0415 - slow to load, and seldom asked for

        try:
            return metadata.version("madoguchi")
        except metadata.PackageNotFoundError:  # a bare copy of the package
            return ""
    commit = _commit(root / ".git")
    return f"{project['version']} ({commit[:12]})" if commit else str(project["version"])


def _commit(git: Path) -> str:
    """What HEAD is, without the program git; empty where that cannot be told."""
    try:
        if git.is_file():  # a worktree: "gitdir: /…/.git/worktrees/name"
            git = git.parent / git.read_text("utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref: "):
            return head
        name, shared = head.removeprefix("ref: "), git / "commondir"
        places = [git, *([git / shared.read_text("utf-8").strip()] if shared.exists() else [])]
        for place in places:
            if (place / name).is_file():
                return (place / name).read_text("utf-8").strip()
        packed = (places[-1] / "packed-refs").read_text("utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
