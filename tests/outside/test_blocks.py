"""What the pages say to type is typed: every block of commands is run, here or by a named test."""

import re
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT, name
from tests.ops.following import new_server
from tests.ops.recipe import BLOCK, Copy
from tests.outside.command import CHOOSE, OWN

PAGES = (
    *(ROOT / page for page in ("README.md", "README.ja.md", "CONTRIBUTING.md")),
    *(ROOT / "docs" / page for page in ("running.md", "recovery.ja.md", "configuration.md")),
    *sorted((ROOT / "docs" / "adding").glob("*.md")),
)
COMMANDS = ("", "sh", "bash", "console", "shell")

# A page, and how a block begins that is not run in this file → who runs it, or why nobody can.
CI = ".ci/run"
RECOVERY = "tests/ops/test_recovery_page.py"
ELSEWHERE = {
    "README.md": {"./run demo": f"{CI}: both are the first things that a clean checkout does"},
    "README.ja.md": {"./run demo": f"{CI}: both are the first things that a clean checkout does"},
    "docs/running.md": {
        "apt-get install nginx postgresql python3-venv": "tests/proof/test_two_users.py: users and"
        " folders; that the packages are there, a bare server alone can say",
    },
    "docs/recovery.ja.md": {
        "runuser -u postgres -- psql": f"{RECOVERY}; on PostgreSQL tests/proof/test_recovery.py",
        "chown -R madoguchi-desk:madoguchi /srv/madoguchi-data": RECOVERY,
        "systemd-run --pty --wait --collect -p User=madoguchi-desk": RECOVERY,
        "install -o root -g root -m 0400 /etc/madoguchi/desk/master.key": RECOVERY,
        "ls -1d /srv/madoguchi-data/data-* /srv/madoguchi-keys/keys-*": RECOVERY,
        "madoguchi-desk restore /srv/madoguchi-data/data-日付": RECOVERY,
        "systemctl stop madoguchi-portal.socket madoguchi-portal-files.socket": (
            "tests/proof/test_recovery.py: it renames databases of PostgreSQL"
        ),
        "madoguchi-desk preflight desk": RECOVERY,
        "systemctl enable --now madoguchi-portal.socket madoguchi-portal-files.socket": RECOVERY,
        "systemctl enable --now madoguchi-worker": RECOVERY,
        "systemctl start madoguchi-backup madoguchi-rehearse": RECOVERY,
        "madoguchi-desk doctor desk --data /srv/madoguchi-data --keys /srv/madoguchi-keys": (
            "tests/ops/test_doctor.py: it finds fault with every house that is no server"
        ),
    },
    "docs/adding/city.ja.md": {
        "./run madoguchi city new minami": "tests/ops/test_clerk.py: the last one does not end",
    },
    "docs/adding/paper.md": {
        "cp madoguchi/programmes/_national/papers/referral/sample.toml minami/papers/referral/": (
            "tests/ops/test_paper_recipe.py"
        ),
        "./run madoguchi papers referral --city minami --png out": "tests/ops/test_paper_recipe.py",
    },
    "docs/adding/act.md": {
        "RECORD_GOLDEN=1 .venv/bin/python -m pytest -q tests/golden": (
            "tests/golden/test_control.py: it writes files of the repository"
        ),
    },
    "docs/adding/rule.md": {
        "export MADOGUCHI_PROGRAMMES=tests/programmes": "tests/ops/test_rule_recipe.py",
        ".venv/bin/python -m mypy madoguchi": "tests/proof/test_rule_recipe.py",
        "./run madoguchi programme document > docs/programme.md": (
            "tests/ops/test_rule_recipe.py, the last two tests/proof/test_rule_recipe.py"
        ),
    },
}
HERE = {"docs/running.md", "docs/adding/city.md", "docs/adding/agency.md"}

# What the page says in words between two blocks, as commands before the second.
BETWEEN = {
    "./run madoguchi programme check minami\n./run madoguchi clinic": (
        "mv minami/clinic.sample.toml minami/clinic.toml"
    ),
    "./run madoguchi clinic publish": (
        "./run madoguchi staff add minami kogure '木暮 さつき' counsellor\n"
        "./run madoguchi staff add minami hoshino '星野 拓也' counsellor\n"
        f"{sys.executable} -c '{CHOOSE}' {OWN}\n"
        f"for one in kogure hoshino; do printf '%s\\n%s\\n' $one {OWN}$one > typed.$one; done"
    ),
    "./run madoguchi subsidy quote": "mv minami/subsidy.sample.toml minami/subsidy.toml",
}
# A word of the page → what stands in its place here.
INSTEAD = {
    "docs/adding/city.md": {
        "/srv/madoguchi/programmes": "$PWD",
    },
    "docs/running.md": {
        "/etc/systemd/system": "/srv/units",
        "/usr/local/sbin": "/srv/sbin",
        "/etc/nginx/modules-enabled": "/srv/nginx",
        "/opt/madoguchi/fonts": "/srv/fonts",
        "*.otf": "nginx.conf",  # any file
        "/var/lib/madoguchi-closed": "/srv/madoguchi-closed",
        "papers --city": "papers referral --city",  # tests/ops/test_papers.py prints the others
    },
}


def blocks(page: str) -> list[str]:
    """A page's blocks of commands, as they are typed."""
    return [
        re.sub(rf"(?m)^{found[1]}", "", found[3])
        for found in BLOCK.finditer((ROOT / page).read_text("utf-8"))
        if found[2] in COMMANDS
    ]


def here(page: str) -> list[str]:
    """Those that nobody else runs."""
    return [block for block in blocks(page) if not block.startswith(left(page))]


def left(page: str) -> tuple[str, ...]:
    """How those begin that somebody else runs."""
    return tuple(ELSEWHERE.get(page, {}))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_is_run_here_or_elsewhere(page: Path) -> None:
    path = name(page)
    for begun in left(path):
        assert [one for one in blocks(path) if one.startswith(begun)], f"no block begins {begun}"
    assert path in HERE or not here(path), "run it, or say who does"


@pytest.mark.parametrize("page", ELSEWHERE)
def test_who_runs_a_block_is_there(page: str) -> None:
    for reason in ELSEWHERE[page].values():
        said = re.findall(r"(?:tests/[\w/]+\.py|\.ci/run)", reason)
        assert said
        assert all((ROOT / file).exists() for file in said)


# As somebody finds the house on a day, who types name and password where a command asks for them.
MOMENT = "datetime(2026, 11, 30, 10, 0, tzinfo=TOKYO)"
FACTS = 'registered = true\nused_desk = "face"\ncontract = "none"\n'
RUN = f"""#!/bin/sh
[ "$1" = madoguchi ] || exit 127
if [ "$2" = clinic ]; then
  if [ "$3" = confirm ]; then exec <typed.hoshino; else exec <typed.kogure; fi
fi
exec {sys.executable} -m "$@"
"""


@pytest.fixture
def there(tmp_path: Path) -> Copy:
    """A copy of the house in which a newcomer works."""
    found = Copy(tmp_path)
    found.change("madoguchi/web/kit/arrival.py", "datetime.now(TOKYO)", MOMENT)
    (tmp_path / "run").write_text(RUN)
    (tmp_path / "run").chmod(0o755)
    (tmp_path / "facts.toml").write_text(FACTS, "utf-8")
    for who in ("kogure", "hoshino"):
        (tmp_path / f"typed.{who}").touch()
    return found


def typed(page: str) -> str:
    """The page's blocks one after the other, with what is done between them."""
    lines = []
    for block in here(page):
        lines += [done for begun, done in BETWEEN.items() if block.startswith(begun)]
        lines.append(block)
    script = "\n".join(lines)
    for old, new in INSTEAD.get(page, {}).items():
        assert old in script, old
        script = script.replace(old, new)
    return script


def test_a_city_is_added_as_the_page_says(there: Copy) -> None:
    said = there.type(typed("docs/adding/city.md"))
    assert "2026-12-26  13:00" in said
    assert "2026-12-19から変更・中止" in said
    assert "\n計算\n" in said


def test_an_agency_is_added_as_the_page_says(there: Copy) -> None:
    page = (ROOT / "docs" / "adding" / "agency.md").read_text("utf-8")
    (file,) = (found for found in BLOCK.finditer(page) if found[2] == "toml")
    agencies = there.here / "madoguchi" / "programmes" / "shibukawa" / "agencies"
    agencies.mkdir(exist_ok=True)
    told = re.sub(rf"(?m)^{file[1]}", "", file[3])
    (agencies / "ken_soudan.toml").write_text(told, "utf-8")
    assert re.search("ken_soudan .*県の相談窓口", there.type(typed("docs/adding/agency.md")))


def test_the_server_is_made_as_the_page_says(tmp_path: Path) -> None:
    """From part 2 on, on a folder that stands for a server's root, under one user."""
    server = new_server(tmp_path)
    for folder in ("units", "sbin", "nginx", "fonts", "madoguchi-closed"):
        (tmp_path / "srv" / folder).mkdir()
    said = server.follow(typed("docs/running.md"))
    assert said.count("仮のパスワード") == 2
    assert "戻せます" in said
    assert "0279-25-8526" in (tmp_path / "srv/madoguchi-closed/closed.html").read_text("utf-8")
    assert len(list((tmp_path / "etc/madoguchi").glob("*.secret"))) == 3
    assert (tmp_path / "srv/units/madoguchi-portal.service").exists()
    assert (tmp_path / "srv/sbin/madoguchi-desk").exists()
