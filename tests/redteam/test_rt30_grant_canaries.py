"""30. Look for what was typed into a grant: no table, file, header, address or log has a word."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.apps import apps
from django.db.models import Model

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.application import Delivery
from madoguchi.work.subsidy.models import BudgetChange, Grant
from tests import lying
from tests.answers import Response, squeezed
from tests.redteam.canaries import JPEG, writings
from tests.web.desk.granted import Seat, fields, seat
from tests.work.subsidy.drawn import attach, corrected
from tests.work.subsidy.granting import APPLIED, YEAR, opened_year, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
WORDS = ("金糸雀", "カナリア", "ｶﾅﾘｱ", "kanaria")
TOLD = replace(
    APPLIED,
    name="金糸雀 花子",
    kana="カナリア ハナコ",
    former_name="前の金糸雀",
    address="渋川市金糸雀町7番",
    lawyer="金糸雀 一郎",
    law_office="金糸雀法律事務所",
    representative="親の金糸雀",
    delivery=Delivery("address", "渋川市金糸雀荘8号", "own", "差出人の金糸雀"),
)
FILED = {
    "decision_class": "deputy",
    "deputy": "代決の金糸雀",
    "document_number": "渋金糸雀第12号",
}
PROPOSED = {"outcome": "grant", "amount_yen": "15万円", "amount_why": "金糸雀の理由"}
CLAIM = {
    "bank": "other",
    "account_kind": "ordinary",
    "holder_kana": "カナリア ハナコ",
    "bank_name": "金糸雀銀行",
    "bank_code": "0001",
    "branch_code": "012",
    "account_number": "1234567",
    "creditor_number": "債金糸雀",
}


class Life:
    """A grant with canaries in every field of every act, and all that was answered."""

    def __init__(self, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        """From the letterbox to a payment that is asked back; every paper on the way."""
        opened_year(office)
        self.answers: list[Response] = []
        desk = sent(office, now, TOLD)
        here = self.here = self._kept(seat(office, now, monkeypatch, desk=desk), monkeypatch)
        here.done("receive", received_number="金糸雀収第3号")
        file = attach(desk.grant, "金糸雀の画面.jpg", JPEG + "金糸雀の写真".encode(), now)
        corrected(desk, replace(TOLD, screen_files=(file,)))
        here.done("return", note="金糸雀のメモ", **{"what-11": "金糸雀の写った画面"})
        self.papers("correction", "envelope")
        form = fields(squeezed(here.browser.get(f"{here.path}type/complete/")))
        here.browser.post(f"{here.path}type/complete/", {**form, "lawyer": "別の金糸雀"})
        note = {"note-subsidy.resident": "金糸雀台帳で見た"}
        assert here.check("unknown", only="resident", **note).status_code == 303
        assert here.check().status_code == 303
        here.done(
            "draft",
            outcome="grant",
            amount_yen="15万円",
            amount_why="金糸雀の理由",
            binder="金糸雀簿",
        )
        self.papers("draft")
        here.done("undraft", why="起案を取り下げる金糸雀")
        here.done("draft", **PROPOSED)
        here.done("decide", **FILED, commitment_number="支負金糸雀")
        self.papers("decision")
        here.done("change", amount_yen="14万円", why="減った金糸雀", **FILED)
        assert here.typed("contract", contract_on="11/30", lawyer="契約の金糸雀").status_code == 303
        assert here.typed("report", paid_on="11/30").status_code == 303
        here.done("send_back", why="差し戻す金糸雀")
        assert here.typed("report", paid_on="11/30").status_code == 303
        here.done("fix", amount_yen="14万円", **FILED)
        assert here.typed("claim", **CLAIM).status_code == 303
        payer = self._kept(
            seat(office, now, monkeypatch, desk=here),
            monkeypatch,
        )
        payer.done("pay", order_number="支命金糸雀", creditor_number="債金糸雀")
        self.papers("change", "fixing", "payment")
        here.done("amend", of="2:received_number", value="直した金糸雀", why="写しまちがえた金糸雀")
        here.done("undo", why="押しまちがえた金糸雀", sure=["unsent", "unpaid"])
        payer.done("pay", order_number="支命金糸雀の2")
        here.done("revoke", why="取り消す金糸雀", repay_yen="14万円", **FILED)
        self.papers("revocation")
        here.browser.post(f"{here.path}files/{file}/")
        self.bundle = here.browser.post(f"{here.path}bundle/")
        here.browser.post("/search/", {"words": "金糸雀", "purpose": "same"})
        self.ledger = here.browser.get(f"/grants/ledger/{YEAR}.xlsx")

    def papers(self, *names: str) -> None:
        """Issue these papers."""
        for name in names:
            assert self.here.paper(name).status_code == 200, name

    def _kept(self, here: Seat, monkeypatch: pytest.MonkeyPatch) -> Seat:
        """The same seat; whatever its browser is answered is kept."""
        for method in ("get", "post"):
            press = getattr(here.browser, method)

            def kept(*sent: Any, press: Any = press, **more: Any) -> Response:
                answer: Response = press(*sent, **more)
                self.answers.append(answer)
                return answer

            monkeypatch.setattr(here.browser, method, kept)
        return here


@pytest.fixture
def life(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Life:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return Life(office, now, monkeypatch)


PATTERNS = [
    (f"{word} in {how}", raw) for word in WORDS for how, raw in writings(word) if len(raw) > 3
]


def found(where: str, raw: bytes) -> list[str]:
    """Which canaries are in these bytes, in any writing."""
    return [f"{where}: {what}" for what, pattern in PATTERNS if pattern in raw]


def rows() -> Iterator[tuple[str, bytes]]:
    """Every cell of every table, as its database keeps it."""
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.all():
            for name in names:
                yield f"{model.__name__}.{name}", cell(row, name)


def cell(row: Model, name: str) -> bytes:
    """A cell as bytes."""
    value = getattr(row, name)
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_no_table_no_file_no_header_and_no_log_has_a_word(
    life: Life, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert Grant.objects.get().state == "reclaimed"
    assert [line for where, raw in rows() for line in found(where, raw)] == []
    kept = lying.on_disk()
    assert kept
    assert [line for path in kept for line in found(str(path), path.read_bytes())] == []
    heads = "\n".join(f"{a.wsgi_request.path_info} {dict(a.headers)}" for a in life.answers)
    heads = "\n".join(line for line in heads.splitlines() if f"/{life.here.id}/files/" not in line)
    assert found("headers", heads.encode()) == []
    assert found("log", (caplog.text + "".join(capfd.readouterr())).encode()) == []
    assert list(tmp_path.iterdir()) == []


def test_what_a_file_says_of_itself_has_no_word(life: Life) -> None:
    """The papers' and the workbook's own notes, the names in the archive."""
    pdfs = [a.content for a in life.answers if a.headers.get("Content-Type") == "application/pdf"]
    assert len(pdfs) == 8
    for at, pdf in enumerate(pdfs):
        with pikepdf.open(BytesIO(pdf)) as paper, paper.open_metadata() as notes:
            said = [*map(str, paper.docinfo.values()), str(notes)]
        assert found(f"paper {at}", "\n".join(said).encode()) == []
    with zipfile.ZipFile(BytesIO(life.ledger.content)) as book:
        own = [name for name in book.namelist() if name.startswith("docProps/")]
        assert [line for name in own for line in found(name, book.read(name))] == []
    archive = b"".join(life.bundle.streaming_content)  # type: ignore[attr-defined] # it streams
    with zipfile.ZipFile(BytesIO(archive)) as made:
        assert found("archive", "\n".join(made.namelist()).encode()) == []


def test_control_the_officer_reads_them_and_a_planted_one_is_found(
    life: Life, office: OfficeCard, now: datetime
) -> None:
    page = life.here.page()
    for words in (
        "金糸雀 花子",
        "渋川市金糸雀町7番",
        "金糸雀のメモ",
        "直した金糸雀",
        "取り消す金糸雀",
    ):
        assert words in page, words
    BudgetChange.objects.create(
        office_id=office.id,
        budget_id=office.id,
        number=1,
        kind="opening",
        yen=1,
        document_number="渋金糸雀第1号",
        on=now.date(),
        staff_id=life.here.staff_id,
        at=now,
    )
    leaks = [line for where, raw in rows() for line in found(where, raw)]
    assert leaks == ["BudgetChange.document_number: 金糸雀 in utf-8"]
