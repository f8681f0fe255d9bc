"""Several processes at one library: writers, some of them killed, and readers that go on asking.

The readers are libraries that stay open for the whole round, as in the app, and commands beside them. Each
quote must stand in some version of its article. What was reported, and is not changed again, must be found by
the next question. In the end the library must equal one that is built afresh.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from torture import articles
from torture.machine import Block, Program, demand_refusal, ended, failed
from torture.oracle import Change, State, Wrong, demand

from index.readers.registry import read_bytes
from index.types import ParsedArticle
from qa.engine import Engine

WRITERS, READERS, SECONDS = 3, 2, 25.0
#: An article, None after its removal, and a question that it answers.
Certain = tuple[ParsedArticle | None, str]


class Round:
    """One library, its writers and its readers."""

    def __init__(self, block: Block) -> None:
        self._block, self._seed = block, f"{block.seed}.{block.counts['rounds']}"
        scratch = block.scratch / f"round{block.counts['rounds']}"
        self._library, self._articles = scratch / "library", (scratch / "articles").resolve()
        self._scratch, self._program, self._mutex = scratch, Program(scratch / "home"), threading.Lock()
        #: Every version that an article ever had, and what was reported and nobody is changing.
        self._versions: dict[str, list[ParsedArticle]] = defaultdict(list)
        self._certain: dict[str, Certain] = {}

    def run(self) -> None:
        """Lets all of them work for some time. The first fault of each goes to ``block.wrong``."""
        first = [str(self._articles / folder / f"{n}.md") for folder in ("common", "still") for n in range(4)]
        self._add(random.Random(self._seed), first, kill=False)
        self._until = time.monotonic() + SECONDS
        writers = [lambda rng, n=n: self._write(rng, n) for n in range(WRITERS)]
        jobs = [*writers, *[self._read] * READERS, self._ask, self._back_up]
        with ThreadPoolExecutor(len(jobs)) as pool:
            list(pool.map(self._repeat, jobs, range(len(jobs))))
        if not self._block.wrong:
            self._settle()

    def _repeat(self, job: Callable[[random.Random], None], number: int) -> None:
        rng = random.Random(f"{self._seed}.{number}")
        try:
            while time.monotonic() < self._until:
                job(rng)
        except Exception as error:
            self._until = 0.0
            self._block.wrong.append(f"seed {self._seed}, {self._library}: {error!r}")

    # Writers

    def _write(self, rng: random.Random, writer: int) -> None:
        """Adds or removes a few of this writer's articles, sometimes with one that all writers share."""
        own = [str(self._articles / f"of{writer}" / f"{n}.md") for n in range(12)]
        paths = rng.sample(own, rng.randrange(1, 5))
        if rng.random() < 0.3:
            paths.append(str(self._articles / "common" / f"{rng.randrange(4)}.md"))
        if rng.random() < 0.7:
            return self._add(rng, paths, kill=rng.random() < 0.2)
        with self._mutex:
            paths = [path for path in own if self._certain.get(path, (None, ""))[0]][:3]
            before = {path: self._certain.pop(path) for path in paths}
        if paths and self._until_done(rng, False, "remove", *paths):
            with self._mutex:
                self._certain.update({path: (None, question) for path, (_, question) in before.items()})
            self._block.counts["removed"] += 1

    def _add(self, rng: random.Random, paths: list[str], kill: bool) -> None:
        wanted: dict[str, Certain] = {}
        with self._mutex:
            for path in paths:
                written = articles.write(Path(path), rng)
                parsed = read_bytes(written.data, path)
                self._versions[path].append(parsed)
                self._certain.pop(path, None)
                if "common" not in path:  # another writer may change those at any time
                    wanted[path] = parsed, written.question
        if ran := self._until_done(rng, kill, "add", *paths, "--json"):
            told = json.loads(ran.stdout)
            demand({*told["added"], *told["updated"], *told["unchanged"]} == set(paths), failed(ran))
            with self._mutex:
                self._certain.update(wanted)
            self._block.counts["added"] += 1

    def _until_done(
        self, rng: random.Random, kill: bool, *args: str
    ) -> subprocess.CompletedProcess[str] | None:
        """Runs a command until it finds no other at work. Returns None if it was killed."""
        while True:
            process = self._program.start(self._library, *args)
            if kill:
                time.sleep(rng.uniform(0.2, 1.5))
                process.kill()
            ran = ended(process)
            if ran.returncode == -9:
                self._block.counts["killed"] += 1
                return None
            if ran.returncode == 0:
                return ran
            demand_refusal(ran)
            demand("another qa" in ran.stderr, failed(ran))
            self._block.counts["told to wait"] += 1
            time.sleep(rng.uniform(0.05, 0.4))

    # Readers

    def _read(self, rng: random.Random) -> None:
        """Asks many questions of a library that stays open."""
        with self._block.oracle.open(self._library) as library:
            engine = Engine(library)
            for _ in range(rng.randrange(20, 80)):
                if time.monotonic() > self._until:
                    break
                with self._mutex:
                    path, before = rng.choice(sorted(self._certain.items()))
                answer = engine.ask(before[1]).to_json()
                hits = engine.search(before[1], 60).to_json()["hits"]
                with self._mutex:
                    calm = self._certain.get(path) == before
                if calm and before[0] is None:
                    found = [hit["path"] for hit in [*hits, *answer["citations"]]]
                    demand(path not in found, f"{path} was removed and is found")
                elif calm:
                    demand(path in {hit["path"] for hit in hits}, f"{path} was reported and is not found")
                self._check(answer)
                self._block.counts[f"asked of an open library{' about what is certain' if calm else ''}"] += 1

    def _ask(self, rng: random.Random) -> None:
        with self._mutex:
            _, (_, question) = rng.choice(sorted(self._certain.items()))
        ran = self._program.run(self._library, "ask", question, "--json")
        demand(ran.returncode in (0, 1), failed(ran))
        self._check(json.loads(ran.stdout))
        self._block.counts["asked by command"] += 1

    def _back_up(self, rng: random.Random) -> None:
        """Restores a backup that was made while others write: it must hold one moment of the library."""
        backup, folder = self._scratch / "backup.db", self._scratch / "restored"
        self._until_done(rng, False, "backup", str(backup))
        shutil.rmtree(folder, ignore_errors=True)
        ran = self._program.run(folder, "restore", str(backup))
        demand(ran.returncode == 0, failed(ran))
        with self._block.oracle.open(folder) as library:
            found = {info.path: library.article(info.id).text for info in library.articles()}
            with self._mutex:
                known = {path: [d for d in self._versions[path] if d.text == found[path]] for path in found}
            demand(all(known.values()), "a backup holds what no article ever was")
            state = State({path: parsed[0] for path, parsed in known.items()})
            self._block.oracle.settle(library, Change(state, state), True)
        self._block.counts["backed up and restored"] += 1
        time.sleep(rng.uniform(0, 5))

    def _check(self, answer: dict[str, Any]) -> None:
        """Each quote must stand in some version of its article; which one, the reader cannot know."""
        for cited in answer["citations"]:
            with self._mutex:
                versions = list(self._versions[cited["path"]])
            quoted = {version.text[cited["start"] : cited["end"]] for version in versions}
            demand(cited["quote"] in quoted, f"a quote is not in its article: {cited}")

    def _settle(self) -> None:
        """Adds everything once more, and compares the library with one that is built afresh."""
        files = sorted(str(path) for path in self._articles.rglob("*.md"))
        due = State({path: read_bytes(Path(path).read_bytes(), path) for path in files})
        with self._block.oracle.open(self._library) as library:
            kept = {i.path: library.article(i.id).text for i in library.articles()}
            for path, (parsed, _) in self._certain.items():
                demand(kept.get(path) == (parsed and parsed.text), f"{path} is not as it was reported")
            library.add([self._articles])
        asked = random.Random(self._seed).sample(sorted(self._certain), 3)
        self._block.oracle.look(self._library, Change(due, due), True, [self._certain[p][1] for p in asked])
        self._block.counts["compared with a fresh library"] += 1


def run(block: Block) -> None:
    """Runs rounds until ``block`` is over."""
    while not block.over:
        Round(block).run()
        block.counts["rounds"] += 1
    if block.wrong:
        raise Wrong("\n".join(block.wrong))
