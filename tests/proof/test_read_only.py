"""A house that cannot be written is verified all the same, or says what to do instead.

On PostgreSQL a standby takes no line; SQLite needs a folder that it may write even to read.
"""

import subprocess
import sys
from pathlib import Path

from tests.golden import packing
from tests.proof.users import DESK, at_work, founded

UNWRITTEN = "戻したばかりか、書けない場所なので、操作記録には残しません"
MOUNTED = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def test_what_takes_no_writing_is_verified_without_a_line() -> None:
    verify = ("-m", "madoguchi", "verify")
    with founded() as house:
        at_work(house)
        assert UNWRITTEN not in house.run(DESK, *verify)  # control
        house.server.psql('ALTER ROLE "madoguchi-desk" SET default_transaction_read_only = on')
        said = house.run(DESK, *verify)
    assert UNWRITTEN in said
    assert "すべて合っています" in said


def test_a_house_on_a_read_only_file_system_is_copied_first(tmp_path: Path) -> None:
    home = packing.unpacked("house", tmp_path)
    packing.run(home, "madoguchi", "migrate")
    verify = (sys.executable, "-m", "madoguchi", "verify")
    done = subprocess.run(
        ("unshare", "--mount", "sh", "-c", MOUNTED, str(home), *verify),
        cwd=packing.ROOT,
        env=packing.surroundings(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "読み取り専用の場所にあります\n  → 書き込める場所に写して" in done.stderr
