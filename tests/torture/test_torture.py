"""`make torture`: kills, full disks, power cuts, damage, and a server. No library may lose anything.

It drives the real program in processes of its own. A library that shows a fault is kept in the folder that
the failure names. `make test` runs the short form: ten kills and a few rare commands, with a new seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from torture import peers, rare, server
from torture.damage import Damage
from torture.disk import FailingDisk
from torture.kill import Kill
from torture.machine import Block, run_commands
from torture.oracle import Oracle
from torture.power import PowerCut, shim
from torture.readonly import ReadOnly


class Part(NamedTuple):
    """A part of the torture: ``times`` of ``what`` by default, ``share`` of them in one test."""

    run: Callable[[Block], None]
    what: str
    times: int
    share: int
    preloads: bool = False


PARTS = {
    "kill": Part(partial(run_commands, fault_of=Kill), "kills", 300, 30),
    "power": Part(partial(run_commands, fault_of=PowerCut), "cuts", 60, 10, True),
    "disk": Part(partial(run_commands, fault_of=FailingDisk), "disks", 150, 25),
    "readonly": Part(partial(run_commands, fault_of=ReadOnly), "libraries", 30, 10),
    "damage": Part(partial(run_commands, fault_of=Damage), "harms", 200, 25),
    "rare": Part(rare.run, "commands", 240, 40, True),
    "peers": Part(peers.run, "rounds", 4, 1),
    "server": Part(server.run, server.KILLED, 60, 15),
}


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    return Oracle(tmp_path_factory.mktemp("oracle"))


def a_block(name: str, times: int, seed: str, scratch: Path, oracle: Oracle) -> Block:
    part = PARTS[name]
    if part.preloads and not shim(scratch):
        pytest.skip("there is no C compiler, or this is not Linux")
    return Block(part.what, times, seed, scratch, oracle)


@pytest.mark.torture
def test_nothing_is_lost(
    share: tuple[str, int, int],
    tmp_path: Path,
    oracle: Oracle,
    record_property: Callable[[str, object], None],
    request: pytest.FixtureRequest,
) -> None:
    name, number, times = share
    block = a_block(name, times, f"{request.config.getoption('--seed')}.{number}", tmp_path, oracle)
    try:
        PARTS[name].run(block)
    finally:
        record_property(name, dict(block.counts))


@pytest.mark.slow(seconds=20)
@pytest.mark.parametrize(("name", "times"), [("kill", 10), ("rare", 3)])
def test_nothing_is_lost_in_short(name: str, times: int, tmp_path: Path, oracle: Oracle) -> None:
    block = a_block(name, times, str(random.randrange(10**9)), tmp_path, oracle)
    PARTS[name].run(block)
    assert block.counts[block.what] >= times
