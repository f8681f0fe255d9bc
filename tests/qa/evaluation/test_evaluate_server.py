"""``qa eval`` on a Milvus server: the figures of a folder, and nothing is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from milvus_server import MilvusServer, connected
from pymilvus import MilvusClient
from test_evaluate import make, measured
from test_judged import make as make_judged

from index.types import Monitor
from qa.cli.main import cli
from qa.evaluation.evaluate import evaluate
from qa.evaluation.judged import judge

pytestmark = pytest.mark.slow(60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("milvus") / "data") as server:
        yield server


@pytest.fixture
def client(server: MilvusServer) -> Iterator[MilvusClient]:
    client = connected(server.url("any").server)
    yield client
    assert client.list_collections() == []
    client.close()


def test_a_set_is_measured_as_in_a_folder(server: MilvusServer, client: MilvusClient, tmp_path: Path) -> None:
    plain = make(tmp_path / "plain")
    here, there = measured(plain), measured(plain, beside=server.url("mine"))
    assert there.keys() == here.keys() and there["passages"] == here["passages"]
    assert here["ndcg@10"] and there["ndcg@10"] == pytest.approx(here["ndcg@10"], abs=0.002)
    for name in ("answer_in_quotes", "unanswerable_refused", "auroc", "recall@1"):
        assert there[name] == pytest.approx(here[name], abs=0.002)
    folder = make_judged(tmp_path / "judged")
    assert judge(folder, beside=server.url("mine")) == judge(folder)


def test_what_fails_leaves_nothing(server: MilvusServer, client: MilvusClient, tmp_path: Path) -> None:
    class Failed(Exception):
        pass

    def fail(done: int, total: int) -> None:
        assert len(client.list_collections()) == 7
        raise Failed

    with pytest.raises(Failed):
        evaluate(make(tmp_path / "plain"), beside=server.url("mine"), monitor=Monitor(fail))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupting_leaves_nothing(server: MilvusServer, client: MilvusClient, tmp_path: Path) -> None:
    arguments = ["eval", str(make(tmp_path / "plain")), "--library", str(server.url("mine"))]
    process = subprocess.Popen([sys.executable, "-m", "qa", *arguments], stderr=subprocess.PIPE, text=True)
    while len(client.list_collections()) < 7:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in said


def test_a_folder_is_no_place_to_measure(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["eval", str(make(tmp_path / "plain")), "--library", str(tmp_path)])
    assert done.exit_code == 2 and "measures in a folder of its own" in done.stderr
