"""What many grants say, as tests look at it: without an act."""

from madoguchi.work.subsidy import bulk
from madoguchi.work.subsidy.budget import steps
from madoguchi.work.subsidy.counting import queries
from tests import looking

count = looking.inside()(queries.count)
lives = looking.inside()(bulk.lives)
movements = looking.inside()(steps.movements)
