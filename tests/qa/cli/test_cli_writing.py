"""`qa ask --write` against an endpoint that sends scripted replies."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chat_endpoint import HOLD, ChatEndpoint, chat_endpoint, event, ok, refusal, stream
from click.testing import Result

Run = Callable[..., Result]
QUESTION = "How deep is the northern lake?"
SENTENCES = [
    "It is 62 metres deep [1]. ",
    "It is 63 metres deep [1]. ",
    "Penguins eat fish [1]. ",
    "湖深62米[1]。",
]


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatEndpoint]:
    with chat_endpoint(stream(*SENTENCES)) as fake:
        use(fake, monkeypatch)
        yield fake


def use(fake: ChatEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ENDPOINT", fake.address)
    monkeypatch.setenv("QA_ENDPOINT_MODEL", "tiny")


def test_the_sentences_stand_below_the_quotes(qa: Run, library: Path, endpoint: ChatEndpoint) -> None:
    result = qa("ask", QUESTION, "--write", "--library", library)
    plain = qa("ask", QUESTION, "--library", library).stdout
    assert result.exit_code == 0
    assert result.stdout.startswith(plain)
    assert result.stdout.removeprefix(plain).split("\n") == [
        "",
        "Written from these quotes, and checked:",
        "It is 62 metres deep. [1]",
        "✗ It is 63 metres deep. [1]",
        "    the quotes give another figure",
        "✗ Penguins eat fish. [1]",
        "    the quotes say nothing of it",
        "湖深62米。 [1]",
        "",
    ]
    assert re.search(rf"^qa: Sent to {endpoint.host}: your question and th(is|ese)", result.stderr, re.M)


def test_json_has_them_as_well(qa: Run, library: Path, endpoint: ChatEndpoint) -> None:
    data = json.loads(qa("ask", QUESTION, "--write", "--json", "--library", library).stdout)
    assert [row["state"] for row in data["written"]] == ["carried", "contradicted", "foreign", "carried"]
    assert data["written"][1] == {
        "text": "It is 63 metres deep.",
        "citations": [1],
        "state": "contradicted",
        "unfound": ["63 metres"],
    }
    without = json.loads(qa("ask", QUESTION, "--json", "--library", library).stdout)
    assert data.keys() - without.keys() == {"written"}


def test_a_batch_has_them_too(qa: Run, library: Path, endpoint: ChatEndpoint) -> None:
    given = f"{QUESTION}\nWhat do penguins eat?\n"
    result = qa("ask", "--batch", "-", "--write", "--library", library, input=given)
    first, second = map(json.loads, result.stdout.splitlines())
    assert [len(first["written"]), second["written"]] == [4, []]
    assert len(endpoint.received) == 1


def test_without_an_answer_the_endpoint_is_not_asked(qa: Run, library: Path, endpoint: ChatEndpoint) -> None:
    result = qa("ask", "What do penguins eat?", "--write", "--library", library)
    assert result.exit_code == 1
    assert "Sent to" not in result.stderr and not endpoint.received


def test_a_filter_is_not_sent(qa: Run, library: Path, endpoint: ChatEndpoint) -> None:
    qa("ask", f"{QUESTION} lang:en", "--write", "--library", library)
    assert "lang:en" not in json.dumps(endpoint.body())


def test_an_endpoint_that_fails_leaves_the_quotes(
    qa: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chat_endpoint(refusal("401 No"), [ok(), event("It is 62 metres deep [1]. The ferry")]) as fake:
        use(fake, monkeypatch)
        monkeypatch.setenv("QA_ENDPOINT_KEY", "sk-secret")
        refused = qa("ask", QUESTION, "--write", "--library", library)
        broken = qa("ask", QUESTION, "--write", "--json", "--library", library)
    assert refused.exit_code == broken.exit_code == 0
    assert "62 metres" in refused.stdout and "Written" not in refused.stdout
    assert "refuses the key (put it into QA_ENDPOINT_KEY, or into " in refused.stderr
    assert [row["text"] for row in json.loads(broken.stdout)["written"]] == ["It is 62 metres deep."]
    assert "broke off (ask again)" in broken.stderr
    assert "sk-secret" not in refused.output + broken.output


@pytest.mark.parametrize("written", ["", "<think>It may be 60 metres. Or more."])
def test_an_endpoint_that_writes_nothing_is_told(
    qa: Run, library: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    with chat_endpoint(stream(written)) as fake:
        use(fake, monkeypatch)
        asked = qa("ask", QUESTION, "--write", "--library", library)
    assert f"{fake.host} wrote nothing (try another model)" in asked.stderr and "Written" not in asked.stdout


def test_the_key_is_not_printed_when_the_endpoint_writes_it(
    qa: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chat_endpoint(stream("The key is sk-", "secret [1].")) as fake:
        use(fake, monkeypatch)
        monkeypatch.setenv("QA_ENDPOINT_KEY", "sk-secret")
        asked = qa("ask", QUESTION, "--write", "--library", library)
    assert "The key is …" in asked.stdout and "sk-secret" not in asked.output


def test_what_is_set_wrongly_is_refused_before_anything_is_asked(
    qa: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = qa("ask", QUESTION, "--write", "--json", "--library", library)
    assert result.exit_code == 2 and "no endpoint is set" in json.loads(result.stdout)["error"]
    monkeypatch.setenv("QA_WRITER", "nobody")
    result = qa("ask", QUESTION, "--write", "--library", library)
    assert result.exit_code == 2 and "there is no writer nobody" in result.stderr


@pytest.mark.slow(8)
def test_ctrl_c_ends_it_and_hangs_up(library: Path) -> None:
    with chat_endpoint([ok(), event("It is 62 metres deep [1]. The ferry"), HOLD]) as fake:
        environ = os.environ | {
            "QA_ENDPOINT": fake.address,
            "QA_ENDPOINT_MODEL": "tiny",
            "QA_LIBRARY": str(library),
        }
        command = [sys.executable, "-m", "qa", "ask", QUESTION, "--write"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, text=True
        )
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("It is 62 metres deep."):
                break
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
        assert process.returncode == 130
        assert told.rstrip().endswith("qa: interrupted") and "Traceback" not in told
        assert fake.left.wait(5)
