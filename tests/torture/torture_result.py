"""What the runs of a torture counted and found wrong, and how they go on from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from torture_truth import Wrong

Session = TypeVar("Session")


@dataclass
class Result:
    """What a run counted, and what was wrong, told in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def tell(self, what: str, seed: str, every: int) -> None:
        """Says how far a long run is, at each so many of ``what``."""
        if self.counts[what] % every == 0:
            print(f"  … {seed}: {self.counts[what]} {what}, {len(self.wrong)} wrong", flush=True)

    def add_wrong(self, told: str) -> None:
        self.wrong.append(told)
        print(f"  WRONG: {told}", flush=True)

    def repeat(
        self,
        what: str,
        times: int,
        seed: str,
        begin: Callable[[int], Session],
        once: Callable[[Session], None],
        each: int = 40,
    ) -> Result:
        """``once``, so many times, on sessions that ``begin`` makes, each used ``each`` times.

        Where something is wrong, the files of its session stay as they are and a new one is begun.
        """
        session: Session | None = None
        for number in range(times):
            if session is None or number % each == 0:
                session = begin(number)
            self.counts[what] += 1
            try:
                once(session)
            except Wrong as wrong:
                self.add_wrong(str(wrong))
                session = None
            self.tell(what, seed, 20)
        return self

    def merge(self, other: Result) -> Result:
        counts = self.counts + other.counts
        for name in filter(lambda name: name.startswith("most "), counts):
            counts[name] = max(self.counts[name], other.counts[name])
        return Result(counts, self.wrong + other.wrong)
