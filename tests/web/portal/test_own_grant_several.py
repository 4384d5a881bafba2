"""Who asked for two things (削除・特定) says of each what it costs; who asked for one, one sum."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.application import Applied, CostLine
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import page, send
from tests.web.portal.test_own_grant import CONTRACT, REPORT
from tests.work.subsidy import owning

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
COSTS = CostLine("deletion", "retainer", 165_000), CostLine("disclosure", "retainer", 330_000)
CONTRACTED = {"contract_yen_deletion": "165,000", "contract_yen_disclosure": "330,000"}
PAID = {"paid_yen_deletion": "165,000", "paid_yen_disclosure": "30万円"}


def without(form: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in form.items() if key != name}


def test_each_request_has_its_sum(
    comes: Comes, portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = Applied.from_json(owning.APPLICATION)
    two = replace(applied, acts=("deletion", "disclosure"), costs=COSTS).to_json()
    monkeypatch.setitem(owning.TOLD, Verb.APPLY, {"application": two})
    one = comes("decided")
    for column in ("", "/easy", "/en"):
        shown = portal.get(f"{column}/s/h/grant/c/").content.decode()
        assert re.findall(r'name="(contract_yen\w*)"[^>]*value="([^"]*)"', shown) == [
            ("contract_yen_deletion", "165,000"),
            ("contract_yen_disclosure", "330,000"),
        ]
    contract = without(CONTRACT, "contract_yen")
    missing = send(portal, "c/", **contract, contract_yen_deletion="165,000")
    assert missing.status_code == 422
    assert send(portal, "c/", **contract, **CONTRACTED).status_code == 303
    told = one.own.steps[-1].details
    assert told["yen"] == 495_000
    assert told["yen_by_act"] == {"deletion": 165_000, "disclosure": 330_000}
    report = {**without(REPORT, "paid_yen"), "receipt_bring": "yes"}
    for other, said in (("40万円", "より多く"), ("30万円", "より少なく")):
        asked = send(portal, "r/", **report, **PAID | {"paid_yen_disclosure": other})
        assert f"契約の額（330,000円）{said}" in asked.content.decode()
    report["report_words"] = "分けて払いました"
    over = send(portal, "r/", **report, **PAID, refunded_yen_disclosure="300,001")
    assert over.status_code == 422
    done = send(portal, "r/", **report, **PAID, refunded_yen_disclosure="100,000")
    assert done.status_code == 303
    told = one.own.steps[-1].details
    assert told["paid_yen_by_act"] == {"deletion": 165_000, "disclosure": 300_000}
    assert told["refunded_yen_by_act"] == {"deletion": 0, "disclosure": 100_000}


def test_one_request_is_asked_one_sum(comes: Comes, portal: Client) -> None:
    comes("decided")
    assert re.findall(r'name="(contract_yen\w*)"', page(portal, "c/")) == ["contract_yen"]
