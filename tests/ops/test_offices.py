"""An office is made whole or not at all, and a repetition makes what lacks."""

from pathlib import Path

import pytest

from madoguchi.ops import prepare
from madoguchi.ops.main import main
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.models import OfficeKey
from madoguchi.tools.vault.seal import pinned, pinned_file

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # what is undone, truly

TOKUSHIMA = ("tokushima", "portal.tokushima.test", "desk.tokushima.test")


def forget(slug: str) -> None:
    pinned_file(slug).unlink(missing_ok=True)
    pinned.cache_clear()


def test_a_key_that_cannot_be_made_leaves_no_office(
    office: OfficeCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.MASTER_KEY_FILE", tmp_path / "lost")
    with pytest.raises(Misconfigured, match="key init"):
        prepare.office(*TOKUSHIMA)
    assert not Office.objects.filter(slug="tokushima").exists()


def test_a_file_that_cannot_be_written_leaves_neither_office_nor_key(
    office: OfficeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = OfficeKey.objects.count()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space"):
            prepare.office(*TOKUSHIMA)
    assert not Office.objects.filter(slug="tokushima").exists()
    assert OfficeKey.objects.count() == keys
    assert not pinned_file("tokushima").exists()


def test_control_the_same_office_can_be_made(office: OfficeCard) -> None:
    forget("tokushima")
    made, lacking = prepare.completed_office(*TOKUSHIMA)
    assert lacking
    assert unseal.fits(made)
    forget("tokushima")


def test_a_second_time_changes_nothing(office: OfficeCard) -> None:
    told = pinned_file(office.slug).read_text("utf-8")
    again, lacking = prepare.completed_office("shibukawa", "portal.test", "desk.test")
    assert (again, lacking) == (office, False)
    assert pinned_file(office.slug).read_text("utf-8") == told


def test_the_same_public_key_is_pinned_anew(office: OfficeCard) -> None:
    told = pinned_file(office.slug).read_text("utf-8")
    forget(office.slug)
    assert prepare.completed_office("shibukawa", "portal.test", "desk.test") == (office, True)
    assert pinned_file(office.slug).read_text("utf-8") == told
    assert unseal.fits(office)


def test_an_office_that_an_older_program_left_without_keys_gets_them(office: OfficeCard) -> None:
    OfficeKey.objects.filter(office_id=office.id).delete()
    forget(office.slug)
    assert prepare.completed_office("shibukawa", "portal.test", "desk.test") == (office, True)
    assert unseal.fits(office)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shibukawa", "other.test", "desk.test"), "--portal-host：shibukawa はもうあり"),
        (("shibukawa", "portal.test", "other.test"), "--desk-host：shibukawa はもうあり"),
        (("tokushima", "portal.test", "x.test"), "--portal-host：portal.test は、shibukawa が"),
        (("tokushima", "x.test", "desk.test"), "--desk-host：desk.test は、shibukawa が"),
    ],
)
def test_host_names_that_cannot_be(
    office: OfficeCard, words: tuple[str, str, str], said: str
) -> None:
    with pytest.raises(Misconfigured, match=said):
        prepare.office(*words)
    assert not Office.objects.filter(slug="tokushima").exists()


@pytest.mark.parametrize(
    "host", ["", "http://portal.test/", "portal.test:80", "市.jp", "a b", "a_b.jp", "foo."]
)
def test_a_name_that_no_browser_asks_for_is_refused_before_anything_is_made(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("--portal-host", host, "--desk-host", "desk.tokushima.test")
    assert main(["office", "add", "tokushima", *names]) == 2
    assert "ホスト名ではありません" in capsys.readouterr().err
    assert not Office.objects.filter(slug="tokushima").exists()
