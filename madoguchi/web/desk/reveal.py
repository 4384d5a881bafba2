"""What people typed, made safe to look at: the desk's name for `kit.reveal`."""

from __future__ import annotations

from madoguchi.web.kit.reveal import Said, own_signs, said, shown

__all__ = ["Said", "own_signs", "said", "shown"]
