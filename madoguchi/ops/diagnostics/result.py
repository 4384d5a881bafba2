"""One line of `doctor`, before Django is started."""

from dataclasses import dataclass

from madoguchi.tools.misconfigured import Misconfigured

OK, WRONG, ASK = "よし", "要対応", "確認"


@dataclass(frozen=True)
class CheckResult:
    """One line: `mark` is `OK`, `WRONG` or `ASK` (what no program can see)."""

    mark: str
    about: str
    found: str = ""
    remedy: str = ""

    @property
    def line(self) -> str:
        found = f"：{self.found}" if self.found else ""
        to_do = f" → {self.remedy}" if self.remedy else ""
        return f"{self.mark:　<3}　{self.about}{found}{to_do}"


def ok(about: str, found: str = "") -> CheckResult:
    return CheckResult(OK, about, found)


def wrong(about: str, found: str, remedy: str) -> CheckResult:
    return CheckResult(WRONG, about, found, remedy)


def ask(about: str, remedy: str) -> CheckResult:
    """What no program can see: somebody has to look."""
    return CheckResult(ASK, about, "", remedy)


def misconfigured(problem: Misconfigured) -> CheckResult:
    return CheckResult(WRONG, problem.about, problem.found, problem.remedy)
