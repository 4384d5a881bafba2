"""What the portal's database role may write: the parts of `portal.TABLES`.

A cell is a column with what the portal may write into it. Bounds are SQL over the row as it will be
(`NEW`) and as it was (`OLD`). Each has an example that it lets through and one that it refuses;
`tests/proof/test_cells.py` tries both in PostgreSQL. In an example `{office}`, `{case}`,
`{entry}`, `{file}`, `{grant}` stand for ids of rows that are there, `{old}` for a case of before,
`{fresh}` for an id that nothing has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bound:
    """A condition on what is written; empty: any value of the column's type.

    `yes`, `no`: a value that it lets through, one that it refuses. Of a change: `was` is how the
    row was before, `beside` what is changed together with it, where `{value}` is the one tried. Of
    a deletion `was` is a row that it refuses. `alone`: who writes it waits until nobody else has
    written some that is not committed, so that the rule counts what all have. `named`: asked of a
    change that names the column. One that the portal may not read is not compared with what it
    was, or whoever tries values knows it.
    """

    rule: str = ""
    yes: str = ""
    no: str = ""
    was: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    named: bool = False

    def __post_init__(self) -> None:
        if bool(self.rule) != bool(self.no or self.was):
            message = f"{self.rule or self.no}: a bound and a value that it refuses go together"
            raise ValueError(message)


@dataclass(frozen=True)
class Answer:
    """Why a value within its bound harms nobody unnoticed.

    `source`: what the value follows from; `compared`: who compares it with that; `shown`: what the
    desk shows of one that does not fit.
    """

    source: str
    compared: str
    shown: str

    def __post_init__(self) -> None:
        if not all(said.strip() for said in (self.source, self.compared, self.shown)):
            raise ValueError(f"{self}: an answer says all three")


@dataclass(frozen=True)
class Cell:
    """A column that the portal writes: in a new row, in one that is there, or both."""

    column: str
    answer: Answer
    insert: Bound | None = None
    update: Bound | None = None


@dataclass(frozen=True)
class Removal:
    """Which rows the portal may delete, and why that harms nobody unnoticed."""

    answer: Answer
    bound: Bound


@dataclass(frozen=True)
class Kept:
    """What must hold when the transaction ends, for a row that was added or changed (`verb`).

    `met`: a statement after which it holds in the example, or a table whose example row does it;
    `beside`: what the example's row has, `there`: what a statement laid down, so that it does not
    hold before. `alone`: as in `Bound`.
    """

    verb: str
    rule: str
    why: str
    met: str
    beside: Mapping[str, str] = field(default_factory=dict)
    there: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Table:
    """What the portal may do with one table.

    `reads`: the columns that it may read; `("*",)`: all.
    `needs`: the tables whose rows an example of this one stands on, `then`: those whose rows come
    after it, before it is changed; `besides`: what an example row has in the columns that the
    portal does not write.
    """

    name: str
    why: str
    reads: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    delete: Removal | None = None
    kept: tuple[Kept, ...] = ()
    needs: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    besides: Mapping[str, str] = field(default_factory=dict)

    @property
    def rights(self) -> Mapping[str, tuple[str, ...]]:
        """The columns by what it may do with them; `("*",)`: with the table."""
        rights = {
            "SELECT": self.reads,
            "INSERT": tuple(cell.column for cell in self.cells if cell.insert),
            "UPDATE": tuple(cell.column for cell in self.cells if cell.update),
            "DELETE": ("*",) if self.delete else (),
        }
        return {verb: columns for verb, columns in rights.items() if columns}


def listed(values: object) -> str:
    """The values as SQL writes a list.

    >>> listed(("phone", "wait"))
    "'phone', 'wait'"
    """
    return ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined] # a collection


def one_of(column: str, *values: str, no: str) -> Bound:
    """One of these codes; `no`: one that it is not.

    >>> one_of("by", "consultee", no="desk").rule
    "NEW.by IN ('consultee')"
    """
    return Bound(f"NEW.{column} IN ({listed(values)})", yes=f"'{values[0]}'", no=f"'{no}'")


def nothing(column: str, no: str) -> Bound:
    """No value; `no`: one."""
    return Bound(f"NEW.{column} IS NULL", yes="NULL", no=no)


def only(column: str, value: str, no: str) -> Bound:
    """This value alone."""
    return Bound(f"NEW.{column} = {value}", yes=value, no=no)


def same(column: str, no: str) -> Bound:
    """As it was: the program names the column, and changes nothing."""
    return Bound(f"NEW.{column} = OLD.{column}", yes=column, no=no)


def kept_or(column: str, rule: str, yes: str, no: str, **was: str) -> Bound:
    """As it was, or within this rule."""
    return Bound(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column} OR ({rule})", yes, no, was)


def soon(column: str) -> Bound:
    """This moment; an hour either way, so that a wrong clock closes nothing."""
    hour = "INTERVAL '1 hour'"
    rule = f"NEW.{column} BETWEEN now() - {hour} AND now() + {hour}"
    return Bound(rule, yes="now()", no="now() + INTERVAL '1 day'")


def day(column: str, days: int) -> Bound:
    """A day from yesterday on, at most so many ahead."""
    rule = f"NEW.{column} BETWEEN current_date - 1 AND current_date + {days}"
    return Bound(rule, yes="current_date + 1", no="DATE '9999-12-31'")


def counted(column: str, table: str, of: str) -> Bound:
    """The next number after those that are there: none is taken in advance."""
    rule = f"NEW.{column} = 1 + (SELECT count(*) FROM {table} WHERE {of} = NEW.{of})"  # noqa: S608 - no value of anybody's
    return Bound(rule, yes="1", no="7")
