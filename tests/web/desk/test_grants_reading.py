"""A grant's file in words: everything that was told and written down, no protected address."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants_ledger.reading import reader
from madoguchi.work.subsidy.application import CostLine
from madoguchi.work.subsidy.bundle.dossier import dossier
from madoguchi.work.subsidy.bundle.papers import File
from tests import looking
from tests.work.subsidy.drawn import corrected
from tests.work.subsidy.filed import step
from tests.work.subsidy.granting import APPLIED, Desk, sent


def read(desk: Desk) -> File:
    """The file of the grant, in words."""
    grant, subsidy = desk.grant, programme("shibukawa").subsidy
    opened = dossier(grant, *looking.drawers(grant.office_id, grant.case_id))
    words = texts("shibukawa")
    return reader(desk.office.id, words, subsidy, grant.received_on, desk.now).file(opened)


def last(desk: Desk) -> dict[str, str]:
    """What the newest step says, by label."""
    return {line.label: line.words for line in read(desk).steps[-1].told}


def wrote(desk: Desk, state: State, verb: Verb, **told: Any) -> dict[str, str]:
    """What one more step says that was written down in a state."""
    grant = desk.grant
    grant.state = state
    step(grant, verb, told, desk.now)
    return last(desk)


def test_answers_stand_in_the_order_of_the_form(office: OfficeCard, now: datetime) -> None:
    costs = (CostLine("deletion", "retainer", 330_000, 30_000),)
    file = read(sent(office, now, replace(APPLIED, costs=costs, born_on="1990-04-01")))
    assert file.reference == "収受前"
    marks = [line.mark for line in file.application]
    assert marks[0] == "①"
    assert [mark for mark in marks if mark] == sorted(mark for mark in marks if mark)
    told = {line.label: line.words for line in file.application}
    assert told["見積の額"] == "削除請求（着手金） 330,000円（うち消費税30,000円）"
    assert told["生年月日"] == "平成2年4月1日（日）"
    assert "相手方" not in "".join(told)


def test_a_correction_says_what_changed(office: OfficeCard, now: datetime) -> None:
    desk = sent(office, now)
    desk.receive()
    corrected(desk, replace(APPLIED, phone="0279-00-0001", lawyer=""))
    told = last(desk)
    assert told == {
        "電話番号": "0279-00-0000 → 0279-00-0001",
        "弁護士": "法務 一郎 → 空欄",
    }


def test_a_protected_address_is_in_no_step(office: OfficeCard, now: datetime) -> None:
    desk = sent(office, now, replace(APPLIED, address="カナリア町1"))
    desk.receive()
    corrected(desk, replace(APPLIED, protected=True, address="カナリア町2"))
    fields = {"address": "カナリア町3", "phone": "0279-00-0009"}
    told = wrote(desk, State.RECEIVED, Verb.AMEND, step=3, fields=fields, why="誤記")
    assert told["電話番号"].endswith(" → 0279-00-0009"), "the old value and the new"
    assert told["住所"] == "支援措置があるため、表示しません"
    lines = [line.words for one in read(desk).steps for line in one.told]
    assert not any("カナリア" in words for words in lines)
    assert not any("カナリア" in line.words for line in read(desk).application)


def test_each_step_says_what_was_written(office: OfficeCard, now: datetime) -> None:
    desk = sent(office, now)
    desk.receive()
    missing = [{"field": 11, "what": "画面を印刷したもの"}]
    told = wrote(
        desk, State.RECEIVED, Verb.RETURN, missing=missing, by_on="2026-12-10", note="電話済"
    )
    assert told == {
        "足りないもの": "⑪ 画面を印刷したもの",
        "お願いした日": "令和8年12月10日（木）",
        "メモ": "電話済",
    }
    answers = [{"field": 11, "how": "bring", "words": "月曜に"}]
    told = wrote(
        desk, State.RETURNED, Verb.COMPLETE, application=APPLIED.to_json(), answers=answers
    )
    assert told == {"補正の答え": "⑪ 持参する 月曜に"}
    reasons = [{"code": "subsidy.resident", "source": "要領第3条", "words": "登録がない"}]
    told = wrote(desk, State.DRAFTED, Verb.REFUSE, grounds=reasons, filing={"document_number": "3"})
    assert told == {"文書番号": "3", "不交付の理由": "登録がない（要領第3条）"}
    account = {"bank_name": "見本銀行", "kind": "ordinary", "number": "1234567"}
    told = wrote(desk, State.FIXED, Verb.CLAIM, account=account)
    assert told == {"振込先": "見本銀行 普通 1234567"}
    signed = {"contract_on": "2026-12-01", "yen": 5, "before": "decision", "words": "急いだ"}
    told = wrote(desk, State.DECIDED, Verb.CONTRACT, **signed, lawyer="法務 一郎")
    assert told["契約の時期"] == "決定より前の契約"
    assert told["申請した人のことば"] == "急いだ"
    assert (told["契約額"], told["弁護士"]) == ("5円", "法務 一郎")
