"""A form is printed behind a letter: one paper with the letter's title, each with its own facts."""

from madoguchi.rules.programme.load import NATIONAL
from madoguchi.rules.programme.load import folder as programme_of
from madoguchi.rules.programme.paper import Template, at
from madoguchi.tools.papers.engine import Enclosed, render
from tests.tools.papers import samples
from tests.tools.papers.looking import joined


def national(name: str) -> Template:
    return at(programme_of(NATIONAL) / "papers" / name)


def test_letter_and_form_are_one_paper_each_with_its_own_facts() -> None:
    letter, form = national("grant_fixing"), national("grant_claim_form")
    of_letter, of_form = samples.sample(letter), samples.sample(form)
    alone = render(letter, of_letter)
    both = render(letter, of_letter, enclosed=Enclosed(form, of_form))
    assert both.pages == alone.pages + 1
    assert both == render(letter, of_letter, enclosed=Enclosed(form, of_form)), "the same bytes"
    assert render(letter, of_letter) == alone
    said = joined(both.content)
    assert said.startswith(joined(alone.content).partition("1／")[0])
    assert "請求する額150,000円" in said.replace(" ", "")
    assert b"<dc:title>" in both.content
    title = both.content.partition(b"<dc:title>")[2].partition(b"</dc:title>")[0].decode()
    assert letter.paper.title in title, "for a reader it is the letter"
    assert form.paper.title not in title
