"""Finding, reading and keeping programmes."""

import shutil
from pathlib import Path

import pytest

from madoguchi.rules.programme.load import folder, programme, slugs
from madoguchi.rules.programme.read import ProgrammeError


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a city's own with a copy of Shibukawa under another name."""
    shutil.copytree(folder("shibukawa"), tmp_path / "minami")
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    return tmp_path


def test_a_programme_is_read_once() -> None:
    assert programme("shibukawa") is programme("shibukawa")


def test_the_own_folder_is_looked_into_first(own: Path) -> None:
    shutil.copytree(own / "minami", own / "shibukawa")
    city = own / "shibukawa" / "city.toml"
    city.write_text(city.read_text(encoding="utf-8").replace('ja = "渋川市"', 'ja = "新渋川市"'))
    assert slugs() == ("minami", "shibukawa")
    assert programme("shibukawa").city.name.ja == "新渋川市"


def test_packaged_programmes_stay_without_an_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MADOGUCHI_PROGRAMMES")
    assert slugs() == ("shibukawa",)


@pytest.mark.parametrize("slug", ["nowhere", "../shibukawa", "", "a/b", "shibukawa\n", "渋川"])
def test_an_unknown_name_lists_the_known_ones(slug: str) -> None:
    with pytest.raises(ProgrammeError, match=r"いまあるのは .*shibukawa"):
        programme(slug)


def test_a_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path / "none"))
    with pytest.raises(ProgrammeError, match=r"MADOGUCHI_PROGRAMMES：.*フォルダーがありません"):
        programme("shibukawa")


def test_a_missing_desk_is_named(own: Path) -> None:
    (own / "minami" / "desk.toml").unlink()
    with pytest.raises(ProgrammeError, match=r"minami/desk\.toml：ファイルを開けません"):
        programme("minami")


def test_clinic_and_subsidy_may_be_absent(own: Path) -> None:
    for name in ("clinic.toml", "subsidy.toml", "documents.toml", "examples.toml"):
        (own / "minami" / name).unlink()
    found = programme("minami")
    assert (found.clinic, found.subsidy, found.documents) == (None, None, ())


def test_a_citys_own_agency_file_replaces_the_national_one(own: Path) -> None:
    national = (folder("_national") / "agencies" / "moj_110.toml").read_text(encoding="utf-8")
    text = national.replace("0570-003-110", "0570-003-111")
    (own / "minami" / "agencies" / "moj_110.toml").write_text(text, encoding="utf-8")
    assert str(programme("minami").agency("moj_110").phone[0].number) == "0570-003-111"
    assert str(programme("shibukawa").agency("moj_110").phone[0].number) == "0570-003-110"


def test_the_strip_takes_only_confirmed_agencies(own: Path) -> None:
    (own / "minami" / "emergency.toml").write_text('strip = ["police_110", "moj_josei"]')
    with pytest.raises(ProgrammeError, match="「moj_josei」は、確認済みの相談機関にありません"):
        programme("minami")


def test_the_strip_takes_no_agency_whose_number_has_to_be_looked_up(own: Path) -> None:
    (own / "minami" / "emergency.toml").write_text('strip = ["police_110", "curetime"]')
    with pytest.raises(ProgrammeError, match="「curetime」は、確認済みの相談機関にありません"):
        programme("minami")


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ('"inochi_sos", "yorisoi"', '"inochi_soss"', r"person\[1\].lines：「inochi_soss」という"),
        ('name = "sued"', 'name = "silent"', "一つずつ、すべて"),
        ('name = "sued"', 'name = "sue"', "「sued」のことでしょうか"),
        ("voice = false", 'voice = "no"', "true か false"),
    ],
)
def test_a_city_that_writes_its_own_people_names_all_seven_and_agencies_that_are_there(
    own: Path, was: str, now: str, message: str
) -> None:
    national = (folder("_national") / "people.toml").read_text("utf-8")
    assert was in national
    (own / "minami" / "people.toml").write_text(national.replace(was, now, 1), "utf-8")
    with pytest.raises(ProgrammeError, match=message):
        programme("minami")


def test_an_id_inside_the_file_is_refused(own: Path) -> None:
    path = own / "minami" / "agencies" / "step_gunma.toml"
    path.write_text('id = "x"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ProgrammeError, match="ファイル名が id"):
        programme("minami")


def test_shibukawas_page_stands_in_the_programme() -> None:
    found = programme("shibukawa")
    assert str(found.desk.phone.number if found.desk.phone else "") == "0279-25-8526"
    assert found.desk.email
    assert found.desk.email.address == "shiminsupport@city.shibukawa.gunma.jp"
    assert found.desk.asked == ("name", "age", "phone", "residence")
    assert found.clinic
    assert found.clinic.booking.asked == (
        "name",
        "phone",
        "residence",
        "wished_on",
    )
    assert [doc.size_kb for doc in found.documents] == [None, 108, None]
    assert str(found.city.contact.fax) == "0279-24-6541"
    assert found.city.ordinance
    assert found.city.ordinance.in_force_on.isoformat() == "2022-04-01"


def test_hand_picked_pages_and_none_where_nobody_chose() -> None:
    assert "clinic" in programme("shibukawa").related_to("landing")
    assert programme("shibukawa").related_to("nowhere") == ()


def test_related_pages_are_a_few_others() -> None:
    for related in programme("shibukawa").related:
        assert related.page not in related.to
        assert 1 <= len(set(related.to)) == len(related.to) <= 4
