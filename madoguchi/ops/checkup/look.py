"""What one look says (点検の一行): in order, to be done, or to be asked of a person."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from madoguchi.tools.misconfigured import Misconfigured

OK, WRONG, ASK = "よし", "要対応", "確認"
NAMES = {  # of the checks, for the line of one that falls over
    "mode": "MADOGUCHI_MODE",
    "folders": "フォルダー",
    "secret": "MADOGUCHI_SECRET_FILE",
    "tables": "データベースの表",
    "database": "データベース",
    "hosts": "ホスト名",
    "public_keys": "公開鍵",
    "master_key_is_shut": "マスター鍵のファイル",
    "master_key": "マスター鍵",
    "pairs": "公開鍵と秘密鍵",
    "adders": "職員を加える2人",
    "signs": "システムからの知らせ",
    "mail": "メール",
    "reading": "メールを読む処理の隔離",
    "mailbox": "受信箱",
    "checkpoints": "検証点",
    "backups": "控え",
    "programmes": "制度",
    "papers": "書類",
    "proxy": "nginx",
}


@dataclass(frozen=True)
class Look:
    """One line: `mark` is `OK`, `WRONG` or `ASK` (what no program can see)."""

    mark: str
    about: str
    found: str = ""
    remedy: str = ""

    @property
    def line(self) -> str:
        """As it is printed."""
        told = f"：{self.found}" if self.found else ""
        to_do = f" → {self.remedy}" if self.remedy else ""
        return f"{self.mark:　<3}　{self.about}{told}{to_do}"


def ok(about: str, found: str = "") -> Look:
    """In order."""
    return Look(OK, about, found)


def wrong(about: str, found: str, remedy: str) -> Look:
    """Something has to be done."""
    return Look(WRONG, about, found, remedy)


def ask(about: str, remedy: str) -> Look:
    """Somebody has to look."""
    return Look(ASK, about, "", remedy)


def each(checks: Iterable[Callable[[], Iterable[Look]]]) -> Iterator[Look]:
    """What every check says; one that falls over says so itself and stops no other."""
    for check in checks:
        try:
            yield from check()
        except Misconfigured as problem:
            found, _, remedy = str(problem).partition("\n  -> ")
            yield wrong(NAMES[check.__name__], found, remedy)
        except Exception as error:  # noqa: BLE001 - the next check must be made whatever broke
            found = f"確かめられませんでした（{type(error).__name__}）"
            yield wrong(NAMES[check.__name__], found, "先に、ほかの要対応を直してください")
