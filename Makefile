# Everything runs in .venv, which each target sets up by itself. Needs Python 3.11+ with pip, and make.
PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
BUILD  := --build-constraint constraints.txt --editable

.DEFAULT_GOAL := help
.PHONY: help run test torture fuzz growth bench scale evaluate gate scans weights picture catalogues lexicon hooks constraints clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

run: .venv/.run ## Open the app (on the bundled articles until some are added)
	@$(BIN)/qa

test: .venv/.test ## Lint, type-check, check the import contracts, then run every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

fuzz: .venv/.fuzz ## Feed broken input to all that reads input, MINUTES=30 of it (TARGETS="html pdf": to those)
	@nice $(BIN)/python tests/fuzz/run.py --minutes $(or $(MINUTES),30) $(TARGETS)
	@$(MAKE) --no-print-directory growth

growth: .venv/.test ## Measure the time of readers against the size of files (TARGETS="html pdf": of those)
	@PYTHONPATH=.:tests nice $(BIN)/python tests/fuzz/growth.py $(TARGETS)

bench: .venv/.bench ## Measure beside plain BM25 and raw FAISS (OPTIONS="--against REV": beside another commit, too)
	@$(BIN)/python tests/bench/bench.py $(OPTIONS)

torture: .venv/.test ## Kill it, cut its power, fill its disk: no library may lose anything (OPTIONS="--seed 7 --part kill")
	@nice $(BIN)/python -m pytest -q -n 2 -m torture tests/torture $(OPTIONS)

scale: .venv/.bench ## Measure time, memory and room on disk as a library grows to PASSAGES (100000)
	@$(BIN)/python tests/bench/scale.py $(OPTIONS) $(PASSAGES)

evaluate: .venv/.bench .venv/.lexicon ## Measure on the question sets in DATA and write EVALUATION.md (OPTIONS="--limit 100": a sample)
	@test -d "$(DATA)" || { echo "make evaluate DATA=FOLDER: a folder of sets that qa eval reads, see tests/evaluation/evaluate.py" >&2; exit 2; }
	@$(BIN)/python tests/evaluation/evaluate.py $(OPTIONS) "$(DATA)"

weights: .venv/.test ## Fit the weights of qa/tuning.py on the question sets in DATA (OPTIONS="--write": and put them there)
	@test -d "$(DATA)" || { echo "make weights DATA=FOLDER: a folder of sets that qa eval reads, see tests/evaluation/fit.py" >&2; exit 2; }
	@$(BIN)/python tests/evaluation/fit.py $(OPTIONS) "$(DATA)"

gate: .venv/.test ## Measure the gate of written answers on the pairs in DATA (OPTIONS="--fit": fit its weights first)
	@test -d "$(DATA)" || { echo "make gate DATA=FOLDER: a folder of question sets and pairs, see tests/evaluation/gate.py" >&2; exit 2; }
	@$(BIN)/python tests/evaluation/gate.py $(OPTIONS) "$(DATA)"

scans: .venv/.test ## Measure how well pictures of pages are read, in three scripts
	@$(BIN)/python tests/evaluation/scans.py

picture: .venv/.run ## Draw screenshot.svg from the running app
	$(BIN)/python tests/tui/screenshot.py

catalogues: .venv/.test ## Collect the texts of the app in qa/locale and compile their translations
	@$(BIN)/python tests/tui/catalogues.py

lexicon: .venv/.lexicon ## Build and train the bilingual lexicon anew on the pairs in DATA (an hour)
	@test -d "$(DATA)" || { echo "make lexicon DATA=FOLDER: a folder of NAME.jsonl.xz pairs, see index/lexicon/making/train.py" >&2; exit 2; }
	$(BIN)/python -m index.lexicon.making.build build/lexicon
	$(BIN)/python -m index.lexicon.making.train build/lexicon "$(DATA)" index/lexicon_data
	$(BIN)/python -m index.lexicon.making.cells index/lexicon_data
	$(BIN)/python -m index.lexicon.making.transliteration "$(DATA)" index/lexicon/transliteration.json
	$(BIN)/python -m index.lexicon.making.dictionary "$(DATA)" index/lexicon_data/dictionary.txt
	$(BIN)/python -m index.lexicon.making.pinyin index/lexicon_data/pinyin.txt

hooks: .venv/.test ## Run the linters before each commit
	$(PIP) pre-commit
	$(BIN)/pre-commit install

constraints: ## Resolve every requirement anew and write the exact versions to constraints.txt
	rm -rf build/resolve && $(PYTHON) -m venv build/resolve
	build/resolve/bin/python -m pip install --quiet --upgrade pip
	build/resolve/bin/pip install --quiet --editable '.[mcp,milvus,models,ocr]' --group test --group bench --group fuzz --group lexicon pre-commit
	build/resolve/bin/pip list --format=freeze --exclude yinju | sed 's/+.*//' > constraints.txt

clean: ## Remove .venv and the caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist .coverage* htmlcov

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Yinju needs Python 3.11 or newer; '$(PYTHON)' is $$(command -v $(PYTHON) >/dev/null && $(PYTHON) --version 2>&1 || echo not there). Try: make PYTHON=python3.12 run" >&2; exit 1; }
	@echo "Setting up .venv (once; needs the network) ..." >&2
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

# The stamps say which install .venv holds; they are redone when a requirement changes.
.venv/.run: pyproject.toml constraints.txt | .venv/bin/python
	@$(PIP) --upgrade pip
	@$(PIP) $(BUILD) .
	@touch $@

.venv/.test: .venv/.run
	@$(PIP) $(BUILD) '.[mcp,milvus,models,ocr]' --group test
	@touch $@

.venv/.bench: .venv/.run
	@$(PIP) --group bench
	@touch $@

.venv/.fuzz: .venv/.test
	@$(PIP) --group fuzz
	@touch $@

.venv/.lexicon: .venv/.test
	@$(PIP) --group lexicon
	@touch $@
