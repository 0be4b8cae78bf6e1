# Two commands set up everything: `make evaluation` and `make test`. `make help` lists the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# A study by name: make evaluation study=castle_doctrine. Empty: the main one; all: every study in conf/studies.yaml.
study ?=
main_study := buyer_laws
PYTEST_ARGS ?=
comma := ,
$(if $(findstring /,$(study))$(findstring ..,$(study)),$(error study=$(study): give the name of a study, not a path))

# Tools of this project come first; what a user's shell set for another Python stays out. Without bytecode on the disk, every
# process of a run would compile two thousand modules again: ten seconds on a slow machine.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
export PYTHON UV

# Compiled models are kept between runs, inside this folder.
export NUMBA_CACHE_DIR := $(CURDIR)/.cache/numba
export PYTENSOR_FLAGS := base_compiledir=$(CURDIR)/.cache/pytensor$(if $(PYTENSOR_FLAGS),$(comma)$(PYTENSOR_FLAGS))
export DVC_NO_ANALYTICS := true

# What DVC is asked for: the report of one study, or (nothing named) everything.
stages = $(if $(filter all,$(study)),,report@$(or $(study),$(main_study)))

.PHONY: help environment evaluation report test test-slow browser lint format types check lock benchmarks validate clean clean-all

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@printf '\n  study=NAME       with evaluation, report, clean: another study than $(main_study), e.g. make evaluation study=castle_doctrine;\n                   study=all: every one of them\n'
	@printf '  PYTEST_ARGS=...  with test, test-slow: passed on to pytest, e.g. make test PYTEST_ARGS="tests/unit/terms -x"\n'
	@printf '  PYTHON=PATH      use this Python (3.12 or 3.13) for the environment\n'

environment: ## bring uv, Python and the locked packages into .venv (the other targets do this first)
	@sh tools/bootstrap.sh

evaluation: environment ## run the main study (or study=NAME) from data to report, and say where the report is
	@echo "[evaluation] dvc repro $(stages)"
	@dvc repro $(stages)
	@$(MAKE) --no-print-directory report study=$(filter-out all,$(study))

report: ## say where the reports are
	@sh tools/reports.sh $(study)

test: environment ## run the tests (not the slow ones), on two cores
	@pytest -n 2 --dist loadfile -m "not slow" $(PYTEST_ARGS)

test-slow: environment ## run the tests that take minutes each: the whole pipeline under DVC, published cases
	@pytest -m slow $(PYTEST_ARGS)

browser: environment ## bring what the browser tests need (Chromium, axe-core), and run them on every page of the site
	@sh tools/browser.sh
	@pytest -m browser $(PYTEST_ARGS)

lint: environment ## check style and formatting
	@ruff check . && ruff format --check .

format: environment ## mend style and formatting
	@ruff check --fix --quiet . ; ruff format .

types: environment ## check the types
	@mypy

check: lint types test ## everything that is asked before a commit

lock: ## resolve pyproject.toml again into requirements.lock, keeping versions that still fit
	@sh tools/bootstrap.sh lock

benchmarks: environment ## measure speed and accuracy (two hours or more; run nothing beside it), write benchmarks/README.md
	@dvc repro fit@buyer_laws estimate@castle_doctrine
	@python benchmarks/speed.py
	@python benchmarks/scale.py
	@python benchmarks/floor.py
	@python benchmarks/many_fits.py
	@python benchmarks/many_fits.py --study buyer_laws --pairs 2
	@python benchmarks/interval_coverage.py
	@python benchmarks/rank_tests.py
	@python benchmarks/placebo_laws.py
	@python benchmarks/placebo_laws.py --study castle_doctrine --placebos 100 --inject none --peers pyfixest diff_diff
	@python benchmarks/castle.py
	@python benchmarks/peers.py
	@python benchmarks/summary.py

validate: environment ## run every published case (ten minutes), write docs/validation.md; the cases: EVALUATION_CASES
	@python -m tools.validate

clean: ## remove what the pipeline made (all of it, or of one study)
	@rm -rf $(foreach folder,data/studies reports,$(if $(study),$(folder)/$(study) $(folder)/$(study)@*,$(folder)/*))

clean-all: clean ## remove the environment and every cache as well
	@rm -rf .venv .tools .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
