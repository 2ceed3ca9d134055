# Everything a newcomer types: `make run`, `make test`. The rest is for those who change the code.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
# The reference tools that accuracy and speed are compared with: apart, as their pins are not ours.
REFERENCE := .venv-evaluate
# A real Open WebUI with the plug-in: apart, as it is another program with pins of its own.
OPENWEBUI := .venv-openwebui
# What traces and feedback are measured beside: each in an environment of its own.
PEERS := .venv-peers
# The tests with models that learn or find names: apart, as torch is large.
MODELS := .venv-models
BIN := $(VENV)/bin
# Three workers for two cores, as a test often waits for a server or a browser; PostgreSQL starts once per worker.
WORKERS ?= 3
# A pin is installed as it is written: with its hash, and nothing besides.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
PINNED := $(INSTALL) --require-hashes --no-deps

.PHONY: help run test lint format bench bench-peers evaluate torture test-models test-openwebui docs screenshots translations lock clean

help:  ## list these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 10

run: $(VENV)/base.stamp  ## start everything and print the address; ARGS="--port 9000" is passed on
	@exec $(BIN)/commonwheel serve $(ARGS)

test: $(VENV)/test.stamp  ## run the tests; ARGS="-k word" is passed on
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-models: $(MODELS)/models.stamp  ## run the tests with models that learn or find names, which need torch
	@exec $(MODELS)/bin/python -m pytest tests/ner tests/train -n $(WORKERS) --dist worksteal $(ARGS)

test-openwebui: $(OPENWEBUI)/openwebui.stamp $(VENV)/base.stamp  ## run the plug-in in a real Open WebUI
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 exec $(OPENWEBUI)/bin/python -W default -m pytest tests/openwebui --confcutdir=tests/openwebui -W default $(ARGS)

lint: $(VENV)/lint.stamp $(VENV)/test.stamp  ## style, types and import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/lint.stamp  ## put the code in shape
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: $(VENV)/test.stamp $(REFERENCE)/evaluate.stamp  ## measure, and print the ratios
	@exec $(BIN)/python -m bench $(ARGS)

bench-peers: $(PEERS)/peers.stamp  ## measure traces and feedback beside tools that take the same
	@$(MAKE) bench ARGS="--only telemetry $(ARGS)"

evaluate: $(VENV)/test.stamp $(REFERENCE)/evaluate.stamp  ## measure accuracy beside the reference tools, and write the page
	@exec $(BIN)/python -m evaluate $(ARGS)

torture: export COMMONWHEEL_TORTURE_ROUNDS ?= 200
torture: $(VENV)/test.stamp  ## kill the server at random points, many times
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/torture $(ARGS)

docs: $(VENV)/test.stamp  ## write the reference anew, and check that all pages say what the program does
	@$(BIN)/python -m docs.generate
	@exec $(BIN)/python -m pytest tests/docs $(ARGS)

translations: $(VENV)/test.stamp  ## write what is said on pages into dist/commonwheel.pot, for whoever translates it
	@mkdir -p dist
	@$(BIN)/pybabel -q extract -F pyproject.toml --no-wrap --project=commonwheel --omit-header -o dist/commonwheel.pot src/commonwheel/web
	@echo dist/commonwheel.pot

screenshots: $(VENV)/test.stamp  ## take a picture of every page, for the docs
	@exec $(BIN)/python -m docs.screenshots

clean:  ## remove what these targets made; data stay
	@rm -rf $(VENV) $(REFERENCE) $(MODELS) $(OPENWEBUI) $(PEERS) dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src tests bench evaluate -name __pycache__ -prune -exec rm -rf {} +

# A stamp says what its lock file said when it was installed, so that a second start installs nothing.
$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/base.stamp: requirements/build.txt requirements/base.txt pyproject.toml | $(VENV)/python.stamp
	@echo 'Installing what Commonwheel needs into $(VENV) …' >&2
	@$(PINNED) -r requirements/build.txt -r requirements/base.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp $(VENV)/lint.stamp: $(VENV)/%.stamp: requirements/%.txt | $(VENV)/base.stamp
	@echo 'Installing what make $* needs …' >&2
	@$(PINNED) -r $<
	@touch $@

$(REFERENCE)/evaluate.stamp: requirements/evaluate.txt
	@echo 'Installing the reference tools into $(REFERENCE) …' >&2
	@$(PYTHON) -m venv --clear $(REFERENCE)
	@$(REFERENCE)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps -r $<
	@touch $@

# Torch is built for many processors, in files of their own, so whoever installs it says which; it has no lock.
TORCH ?= torch
$(MODELS)/models.stamp: requirements/build.txt requirements/base.txt pyproject.toml
	@echo 'Installing what make test-models needs into $(MODELS) …' >&2
	@$(PYTHON) -m venv --clear $(MODELS)
	@$(MODELS)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps -r requirements/build.txt -r requirements/base.txt
	@$(MODELS)/bin/python -m pip install --quiet --disable-pip-version-check --no-input '$(TORCH)'
	@$(MODELS)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-build-isolation --editable '.[ner,train,lm-eval]' pytest pytest-xdist hypothesis
	@touch $@

# Its slim set of requirements, with its own pins, lies in its wheel; the full one brings torch.
$(OPENWEBUI)/openwebui.stamp: requirements/openwebui.txt
	@echo 'Installing Open WebUI into $(OPENWEBUI) …' >&2
	@$(PYTHON) -m venv --clear $(OPENWEBUI)
	@$(OPENWEBUI)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps -r $<
	@$(OPENWEBUI)/bin/python -m pip install --quiet --disable-pip-version-check --no-input pytest -r $$($(OPENWEBUI)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/requirements-slim.txt
	@touch $@

# What is measured beside us is what people get today, so it has no lock.
$(PEERS)/peers.stamp:
	@echo 'Installing what is measured beside us into $(PEERS) …' >&2
	@for peer in phoenix:arize-phoenix mlflow:mlflow; do \
	    $(PYTHON) -m venv --clear $(PEERS)/$${peer%%:*} && \
	    $(PEERS)/$${peer%%:*}/bin/python -m pip install --quiet --disable-pip-version-check --no-input $${peer##*:}; \
	done
	@touch $@

# The locks hold versions and hashes, and no addresses: any index that has these very files will do.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links

lock: | $(VENV)/base.stamp  ## write requirements/*.txt anew; UPGRADE=--upgrade moves the versions
	@if [ -f requirements/lock.txt ]; then $(PINNED) -r requirements/lock.txt; else $(INSTALL) uv; fi
	@$(LOCK) $(UPGRADE) --group build -o requirements/build.txt
	@$(LOCK) $(UPGRADE) pyproject.toml -o requirements/base.txt
	@$(LOCK) $(UPGRADE) pyproject.toml --extra postgres --extra s3 --group test -c requirements/base.txt -o requirements/test.txt
	@$(LOCK) $(UPGRADE) --group lint -c requirements/test.txt -o requirements/lint.txt
	@$(LOCK) $(UPGRADE) --group evaluate -o requirements/evaluate.txt
	@$(LOCK) $(UPGRADE) --no-deps --group openwebui -o requirements/openwebui.txt
	@$(LOCK) $(UPGRADE) --group lock -o requirements/lock.txt
