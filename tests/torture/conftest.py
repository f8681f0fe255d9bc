"""The options of `make torture` (parts, how much of each, seed) and its table of counts."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

import pytest
from torture.test_torture import PARTS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", default=str(int(time.time())), help="seeds everything random")
    parser.addoption("--part", default=",".join(PARTS), help="the parts to run, with commas between them")
    for name, part in PARTS.items():
        parser.addoption(f"--{name}", type=int, default=part.times, metavar="N", help=f"how many {part.what}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Splits each part into shares: workers get equal work, and one fault does not end the part."""
    if "share" in metafunc.fixturenames:
        shares = []
        for name in metafunc.config.getoption("--part", ",".join(PARTS)).split(","):
            times, most = metafunc.config.getoption(f"--{name}", PARTS[name].times), PARTS[name].share
            shares += [(name, n // most, min(most, times - n)) for n in range(0, times, most)]
        metafunc.parametrize("share", shares, ids=lambda share: f"{share[0]}-{share[1]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for report in [r for key in ("passed", "failed") for r in terminalreporter.stats.get(key, ())]:
        for name, counted in report.user_properties if report.when == "call" else ():
            for what, number in counted.items():
                most = what.startswith("most ")
                counts[name][what] = max(counts[name][what], number) if most else counts[name][what] + number
    if counts:
        terminalreporter.line(f"seed {config.getoption('--seed', 'random')}")
    for name, counted in counts.items():
        terminalreporter.line(f"\n{name}")
        for what, number in sorted(counted.items()):
            terminalreporter.line(f"  {number:7,}  {what}")
