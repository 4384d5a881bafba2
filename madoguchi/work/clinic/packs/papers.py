"""What the list of names of a lawyer's day prints (当日名簿), in reading form."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place of a slot.

    `who`: a name, or what stands in its place. `taken`: somebody is expected, and the colleague who
    prints may know of it. `marks`: what is not settled yet. `contact`: how contact is safe;
    `naming`: what may be said on the telephone.
    """

    number: str
    starts: str
    who: str = field(repr=False)
    taken: bool = False
    marks: tuple[str, ...] = ()
    people: str = ""
    contact: str = ""
    phone: str = field(default="", repr=False)
    naming: str = ""


@dataclass(frozen=True, slots=True)
class NameList:
    """A lawyer's day, place by place; `phone`: the desk's own number."""

    on: str
    hours: str
    place: str
    lawyers: tuple[str, ...] = ()
    places: tuple[PlaceLine, ...] = field(default=(), repr=False)
    phone: str = ""
