"""The words of a page: what runs, loads or hides gives none."""

from madoguchi.tools.mail.parsing.letter import page_words

BEACON = '<img src="https://beacon.example/x.png" alt=""><link rel=stylesheet href="//a.example">'


def test_scripts_styles_and_pictures_are_left_out() -> None:
    page = f"<title>t</title><style>p{{}}</style><p>一{BEACON}<script>x()</script>二</p>"
    assert page_words(page) == "一二"


def test_what_is_unclosed_hides_nothing_behind_it() -> None:
    assert page_words("<p>前</p><style>p{}</style></script><p>後") == "前\n\n後"


def test_a_link_says_where_to_when_its_words_do_not() -> None:
    assert page_words('<a href="https://b.example/">https://a.example/</a>') == (
        "https://a.example/ <https://b.example/>"
    )
    assert page_words('<a href="https://a.example/">https://a.example/</a>') == "https://a.example/"
    assert page_words('<a href="javascript:x()">押して</a>') == "押して"


def test_preformatted_lines_stay_lines() -> None:
    assert page_words("<pre>一\n二</pre>三\n四") == "一\n二\n三 四"


def test_a_table_keeps_its_cells_apart() -> None:
    assert (
        page_words("<table><tr><td>氏名<td>花子<tr><td>年齢<td>30</table>") == "氏名 花子\n年齢 30"
    )
