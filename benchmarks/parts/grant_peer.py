"""The peer beside our decision: OpenFisca, with Shibukawa's rule as parameters and variables.

Installed in an environment of its own and run in a process of its own. A person is a simulation,
as one who asks at a desk is; `trace` writes down how the amount came about, as our working does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.parts import peer

NAME, PINNED = "openfisca", "openfisca-core==46.0.1"
LACKING = "remove out/openfisca and run this again: it is installed anew"
ASK = """
import importlib.metadata, json, logging, statistics, sys, time
logging.disable()
asked = json.load(sys.stdin)
began = time.thread_time()
import numpy
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
import_ms = (time.thread_time() - began) * 1000
ON = "2024-06-03"
Person = build_entity(key="person", plural="persons", label="person", is_person=True)
system = TaxBenefitSystem([Person])
since = lambda value: {"values": {"2024-04-01": {"value": value}}}
system.parameters = ParameterNode("", data={
    "grant": {"share": since(0.5), "cap": since(150000), "steps": since(1000)}})
told = {"value_type": bool, "entity": Person, "definition_period": DateUnit.DAY}
FLAGS = ("registered", "used_desk", "no_contract", "lawyer", "estimate", "screens_printed",
         "not_granted", "no_arrears", "no_gang_ties", "not_refunded", "not_recovered")
for name in FLAGS:
    system.add_variable(type(name, (Variable,), dict(told)))
system.add_variable(type("retainer", (Variable,), {**told, "value_type": float}))
def eligible(person, period):
    met = person(FLAGS[0], period)
    for name in FLAGS[1:]:
        met = met * person(name, period)
    return met
def grant(person, period, parameters):
    rule = parameters(period).grant
    half = numpy.minimum(person("retainer", period) * rule.share, rule.cap)
    return person("eligible", period) * numpy.floor(half / rule.steps) * rule.steps
system.add_variable(type("eligible", (Variable,), {**told, "formula": eligible}))
system.add_variable(type("grant", (Variable,), {**told, "value_type": float, "formula": grant}))
def ask(yen, trace):
    facts = {name: {ON: True} for name in FLAGS} | {"retainer": {ON: yen}}
    simulation = SimulationBuilder().build_from_dict(system, {"persons": {"somebody": facts}})
    simulation.trace = trace
    found = int(simulation.calculate("grant", ON)[0])
    if trace:
        assert simulation.tracer.computation_log.lines()
    return found
def us(trace):
    began = time.thread_time()
    for yen in asked["yen"]:
        ask(yen, trace)
    return (time.thread_time() - began) * 1e6 / len(asked["yen"])
ask(1, True)
print(json.dumps({
    "version": importlib.metadata.version("openfisca-core"),
    "import_ms": import_ms,
    "traced_us": statistics.median(us(True) for _ in range(asked["rounds"])),
    "plain_us": statistics.median(us(False) for _ in range(asked["rounds"])),
    "yen": [ask(yen, False) for yen in asked["yen"]],
}))
"""


@dataclass(frozen=True)
class Peer:
    """What the peer took for one person, and the grants that it found."""

    version: str
    import_ms: float
    traced_us: float
    plain_us: float
    yen: tuple[int, ...]


def run(yen: Sequence[int], rounds: int) -> Peer:
    """The peer's median times for these retainers."""
    asked = {"yen": list(yen), "rounds": rounds}
    told = peer.answer(NAME, peer.python(NAME, PINNED), ASK, asked, LACKING)
    return Peer(**{**told, "yen": tuple(told["yen"])})
