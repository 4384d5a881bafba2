"""Which telephone lines are shown before the request goes on (先に見ていただく電話)."""

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.programme import Programme

DANGER = ("police_110", "police_9110", "dv_plus", "onestop_8891", "inochi_sos", "yorisoi")
YOUNG = ("moj_kodomo", "kodomo_sos", "childline")


def lines(programme: Programme, *, danger: bool, young: bool) -> tuple[Agency, ...]:
    """The shown agencies for an answer, those of danger first."""
    shown = {agency.id: agency for agency in programme.directory}
    wanted = (*(DANGER if danger else ()), *(YOUNG if young else ()))
    return tuple(shown[name] for name in wanted if name in shown and shown[name].phone)
