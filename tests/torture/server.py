"""Writers at one library on a server, which are killed again and again.

A writer tells each change before it begins and after it is done. In the end what was done must be there, what
was under way may be there or not, every article must be whole, the counts must be right, and all passages
must be cut by the words that are taught in the end.

In some rounds there is one writer, and the server is killed as well. milvus-lite 3.2 writes its log from
several threads without a lock: killed after two writers wrote at once, it has lost some of what they wrote.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from milvus_server import MilvusServer
from torture.machine import Block
from torture.oracle import demand

from index.address import LibraryUrl
from index.errors import Inaccessible, UsageError
from index.library import Library
from index.maintenance.server import ServerDoctor
from index.types import ParsedArticle

KILLED, KILLS = "writers killed", 20
_NAMES = ("one", "two")
_WORDS = ("在图书馆", "馆在城")


class Writer:
    """A process that changes articles of its own, and some that all writers share, until it is killed."""

    def __init__(self, url: LibraryUrl, name: str) -> None:
        self._url, self._name, self._runs = url, name, 0
        #: Path → the texts that may be there by now, None for none; and all that ever were to be there.
        self.may_be: dict[str, set[str | None]] = {}
        self.begun: dict[str, set[str]] = defaultdict(set)
        self.done = 0
        self._begin()

    def _begin(self) -> None:
        self._runs += 1
        seed = f"{self._url.name}.{self._name}.{self._runs}"
        program = f"import sys; sys.path[:] = {sys.path!r}\nfrom torture.server import write\n"
        program += f"write({str(self._url)!r}, {self._name!r}, {seed!r})"
        self._under_way: Mapping[str, str | None] = {}
        self._process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                return
            if change := json.loads(line):
                self._under_way = change
                for path, text in change.items():
                    if text:
                        self.begun[path].add(text)
            else:
                self.may_be.update({path: {text} for path, text in self._under_way.items()})
                self._under_way, self.done = {}, self.done + 1

    def kill(self) -> None:
        ended = self._process.poll()
        demand(ended in (None, 0), f"a writer ended with {ended}")
        self._process.kill()
        self._reading.join()
        self._process.wait()
        for path, text in self._under_way.items():
            self.may_be.setdefault(path, {None}).add(text)

    def kill_and_begin_anew(self) -> None:
        self.kill()
        self._begin()


def run(block: Block) -> None:
    """Runs rounds until ``block`` is over."""
    while not block.over:
        number = block.counts["rounds"]
        rng = random.Random(f"{block.seed}.{number}")
        _round(block, rng, block.scratch / f"round{number}", alone=rng.random() < 0.5)
        block.counts["rounds"] += 1


def _round(block: Block, rng: random.Random, scratch: Path, *, alone: bool) -> None:
    with MilvusServer(scratch) as server:
        url = server.url(f"torture{rng.randrange(10**6)}")
        Library.open(url, create=True).close()
        writers = [Writer(url, name) for name in (_NAMES[:1] if alone else _NAMES)]
        for _ in range(KILLS):
            time.sleep(rng.uniform(0.5, 4))
            if alone and rng.random() < 0.3:
                server.kill()
                time.sleep(rng.uniform(0.1, 2))
                server.start()
                block.counts["servers killed"] += 1
            else:
                rng.choice(writers).kill_and_begin_anew()
                block.counts[KILLED] += 1
        for writer in writers:
            writer.kill()
            block.counts["changes reported"] += writer.done
        _check(url, writers)
        _check_words(url)


def _check(url: LibraryUrl, writers: list[Writer]) -> None:
    with Library.open(url) as library:
        library.add_parsed([("last", ParsedArticle("The last one.", "Last", "en"))])  # finishes what was left
        held = {info.path: library.article(info.id).text for info in library.articles()}
        told = library.status().articles
        demand(told == len(held), f"{told} articles are told, there are {len(held)}")
    begun = defaultdict(set)
    for writer in writers:
        for path, texts in writer.begun.items():
            begun[path] |= texts
        for path, may_be in writer.may_be.items():
            if path.startswith(tuple(_NAMES)):
                demand(held.get(path) in may_be, f"{path} is not as it was reported")
    for path in held.keys() - {"last"}:
        demand(held[path] in begun[path], f"{path} holds what nobody wrote")
    wrong = [str(finding.text) for finding in ServerDoctor(url).examine() if finding.state != "well"]
    demand(not wrong, f"the doctor finds: {wrong}")


def _check_words(url: LibraryUrl) -> None:
    with Library.open(url) as library:
        words = library.tokenizer.words
        for info in library.articles():
            for passage in library.article_passages(info.id):
                right = passage.words == tuple(words(passage.text))
                demand(right, f"{info.path} is not cut by {library.words()}")


def write(address: str, name: str, seed: str) -> None:
    """The program of a writer; it ends when the server stays away."""
    url, rng = LibraryUrl(address), random.Random(seed)
    paths = [*(f"{name}{number}" for number in range(12)), *(f"shared{number}" for number in range(6))]
    try:
        while True:
            with Library.open(url) as library:
                for number in range(rng.randrange(1, 20)):
                    some = rng.sample(paths, rng.randrange(1, 7))
                    kind = rng.random()
                    if kind < 0.15:
                        _teach(library, rng.choice(_WORDS))
                    elif kind < 0.75:
                        texts = {path: _text(path, f"{seed}.{number}", rng) for path in some}
                        _tell(texts)
                        library.add_parsed([(each, ParsedArticle(texts[each], each, "en")) for each in texts])
                    else:
                        _tell(dict.fromkeys(some))
                        library.remove([info.id for info in library.articles() if info.path in some])
                    _tell({})
    except Inaccessible:
        return


def _teach(library: Library, word: str) -> None:
    """Teaches a word, or forgets it if it was taught. Another writer may have done that meanwhile."""
    with suppress(UsageError):
        if any(word == known.word for known in library.words()):
            library.forget(word)
        else:
            library.teach(word)


def _text(path: str, version: str, rng: random.Random) -> str:
    lines = [f"Version {version} of {path} has {rng.randrange(10**6)} seats."]
    return "\n\n".join(lines + [f"Part {part} 在图书馆在城市 tells." for part in range(rng.randrange(40))])


def _tell(change: Mapping[str, str | None]) -> None:
    print(json.dumps(change), flush=True)
