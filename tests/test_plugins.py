"""Plugins: the sample is installed and used by the command line; broken ones are told and stop nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import pytest

from index.errors import ModelError, ReadError
from index.lexicon.embedder import PluginEmbedder
from index.plugins import Plugin, installed
from index.readers.registry import read_bytes
from tui.main import command_line

ROOT = Path(__file__).parents[1]
SUBTITLES = (
    "NOTE title: The harbour\n\n1\n00:00:01,000 --> 00:00:02,000\nThe harbour has 31 berths for boats.\n"
)
Run = Callable[..., CompletedProcess[str]]


def write_plugin(folder: Path, name: str, code: str, entries: str) -> None:
    """An installed package with one module."""
    (folder / f"{name}.py").write_text(code)
    (info := folder / f"{name}-1.0.dist-info").mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entries)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample is installed, as pip does it."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-build-isolation",
        "--no-deps",
    ]
    subprocess.run([*pip, "--target", folder, ROOT / "tests" / "plugin"], check=True, capture_output=True)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command line with the packages of a folder."""

    def run(packages: Path, *arguments: str | Path) -> CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from tui.main import main; main()", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(packages)])},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.slow(seconds=30)
def test_the_sample_reads_embeds_and_writes(
    run: Run, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "harbour.srt").write_text(SUBTITLES)
    (folder / "other.SRT").write_text("nothing")
    (folder / "notes.doc").write_text("nothing")
    with ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("pier.srt", SUBTITLES.replace("harbour", "pier").replace("31", "7"))
    added = run(sample, "add", "--library", "mine", "--model", "characters", "articles")
    assert added.returncode == 0 and "2 added" in added.stdout, added.stderr
    assert "other.SRT: there are no subtitles in it" in added.stderr and "1 .doc" in added.stderr
    asked = run(sample, "ask", "--library", "mine", "--json", "How many berths has the harbour?")
    citation = json.loads(asked.stdout)["citations"][0]
    assert citation["title"] == "The harbour" and citation["quote"] == "The harbour has 31 berths for boats."
    assert json.loads(run(sample, "status", "--library", "mine", "--json").stdout)["model"] == "characters"
    listed = json.loads(run(sample, "plugins", "--json").stdout)["plugins"]
    names = {"reader": ".srt", "embedder": "characters", "writer": "repeat"}
    assert {each["kind"]: each["name"] for each in listed} == names
    assert all(each["package"] == "yinju-sample" and "fault" not in each for each in listed)
    monkeypatch.setenv("QA_WRITER", "repeat")
    asked = run(sample, "ask", "--library", "mine", "--write", "--json", "How many berths has the harbour?")
    said, *_, made_up = json.loads(asked.stdout)["written"]
    assert said["text"] == "The harbour has 31 berths for boats." and said["state"] == "carried"
    assert made_up["text"] == "It closed in 1888." and made_up["state"] != "carried"
    assert "Sent to repeat" in asked.stderr
    monkeypatch.delenv("QA_WRITER")
    without = run(tmp_path, "ask", "--library", "mine", "berths")
    assert without.returncode == 2 and "characters" in without.stderr


@pytest.mark.slow(seconds=20)
def test_broken_plugins_are_told_and_stop_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, articles = tmp_path / "packages", tmp_path / "articles"
    packages.mkdir()
    articles.mkdir()
    write_plugin(
        packages,
        "aa",
        "print('loaded')\nread = bytes.decode",
        "[yinju.readers]\none = aa:read\nmd = aa:read\n",
    )
    write_plugin(packages, "bb", "read = bytes.decode", "[yinju.readers]\none = bb:read\n")
    write_plugin(
        packages, "cc", "import nothing", "[yinju.readers]\ntwo = cc:read\n[yinju.embedders]\nbad = cc:m"
    )
    write_plugin(
        packages, "dd", "import os\ndef read(data): os._exit(3)", "[yinju.readers]\nthree = dd:read\n"
    )
    code = "def bad(question, quotes):\n    yield 'It is long [1]. '\n    1 / 0\ndef none(*_):\n    yield 3\n"
    code += "def says(*_):\n    print('writing')\n    yield 'It is long [1].'\n"
    entry_points = "[yinju.writers]\nbad = ff:bad\nnone = ff:none\nsays = ff:says\n"
    write_plugin(packages, "ff", code, entry_points)
    write_plugin(packages, "ee", "", "[yinju.readers]\nno entry points\n")
    for suffix in ("one", "two", "three", "md"):
        (articles / f"{suffix}.{suffix}").write_text(f"# Pier {suffix}\n\nThe pier {suffix} is long.\n")
    added = run(packages, "add", "--library", "mine", "articles")
    assert added.returncode == 0 and "2 added" in added.stdout
    assert (
        "two.two: the plugin .two of cc failed: ModuleNotFoundError: No module named 'nothing'"
        in added.stderr
    )
    assert "three.three: reading it ended unexpectedly (exit code 3)" in added.stderr
    model = run(packages, "add", "--library", "other", "--model", "bad", "articles")
    assert model.returncode == 2 and "the plugin bad of cc failed" in model.stderr
    failures = {"bad": "plugin bad of ff failed: Zero", "none": "Type", "nobody": "there is no writer nobody"}
    for name, told in failures.items():
        monkeypatch.setenv("QA_WRITER", name)
        asked = run(packages, "ask", "--library", "mine", "--write", "How long is the pier one?")
        assert told in asked.stderr and "Traceback" not in asked.stderr
        assert ("The pier one is long. [1]" in asked.stdout) == (name != "nobody")
    monkeypatch.setenv("QA_WRITER", "says")
    asked = run(packages, "ask", "--library", "mine", "--write", "--json", "How long is the pier one?")
    assert json.loads(asked.stdout)["written"] and "writing" in asked.stderr
    listed = json.loads(run(packages, "plugins", "--json").stdout)["plugins"]
    faults = {(each["package"], each["name"]): each.get("fault", "") for each in listed}
    assert faults["aa", ".one"] == faults["dd", ".three"] == ""
    assert faults["aa", ".md"] == "the name is taken by yinju"
    assert faults["bb", ".one"] == "the name is taken by aa"
    assert "No module named 'nothing'" in faults["cc", ".two"] and "cannot be read" in faults["ee", "ee"]
    lines = run(packages, "plugins").stdout.splitlines()
    assert len(lines) == len(listed) and "reader .one (aa 1.0)" in lines


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("read = 3", "it is no function"),
        ("def read(data): return 3", "it gives int"),
        ("def read(data): raise SystemExit(1)", "SystemExit: 1"),
        ("import qa\ndef read(data): raise qa.ReadError('locked')", "locked"),
        ("import qa\ndef read(data): return qa.ExtractedText('a b c', pages=(3, 2))", "its pages"),
    ],
)
def test_what_a_reader_does_wrong_is_a_read_error(
    code: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plugin(tmp_path, "wrong_reader", code, "[yinju.readers]\nwrong = wrong_reader:read\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "wrong_reader", raising=False)
    installed.cache_clear()
    try:
        with pytest.raises(ReadError, match=reason):
            read_bytes(b"text", "a.wrong")
    finally:
        installed.cache_clear()


def test_marks_and_pages_of_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "First\ufdd6 page.\nSecond page."
    code = f"import qa\ndef read(data): return qa.ExtractedText({text!a}, pages=(0, 13))"
    write_plugin(tmp_path, "paged_reader", code, "[yinju.readers]\npaged = paged_reader:read\n")
    monkeypatch.syspath_prepend(tmp_path)
    installed.cache_clear()
    try:
        article = read_bytes(b"", "a.paged")
    finally:
        installed.cache_clear()
    assert "\ufdd6" not in article.text and article.text[article.pages[1] :] == "Second page."


@pytest.mark.parametrize("vectors", ["[[1.0]]", "[[float('nan'), 0.0]]", "None", "1 / 0"])
def test_an_embedder_that_gives_no_vectors_is_told(
    vectors: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"""
class Model:
    fingerprint, dimensions = 1, 2
    def embed_passages(self, texts, words): return {vectors}
    def embed_query(self, text, words): return [3.0, 4.0]
"""
    write_plugin(tmp_path, "wrong_model", code, "[yinju.embedders]\nwrong = wrong_model:Model\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "wrong_model", raising=False)
    installed.cache_clear()
    try:
        (plugin,) = (each for each in installed() if each.name == "wrong")
        model = PluginEmbedder(plugin)
        assert model.embed_query("text", ()).tolist() == pytest.approx([0.6, 0.8])
        with pytest.raises(ModelError, match="the plugin wrong of wrong_model failed"):
            model.embed_passages(["text"], [()])
    finally:
        installed.cache_clear()


def test_a_plugin_is_looked_for_only_by_a_name_that_is_not_built_in(tmp_path: Path) -> None:
    (articles := tmp_path / "articles").mkdir()
    (articles / "lake.txt").write_text("The lake\n\nThe lake is 62 metres deep.\n")
    library = str(tmp_path / "mine")
    installed.cache_clear()
    for arguments in (
        ["--help"],
        ["add", "--library", library, str(articles)],
        ["ask", "--library", library, "lake"],
    ):
        with pytest.raises(SystemExit):
            command_line().main(arguments)
    assert installed.cache_info().misses == 0
    (articles / "lake.other").write_text("")
    with pytest.raises(SystemExit):
        command_line().main(["add", "--library", library, str(articles)])
    assert installed.cache_info().misses == 1
    assert all(isinstance(plugin, Plugin) for plugin in installed())
