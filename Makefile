# `make run` and `make test` are all a newcomer needs; they set up what is missing.
# Everything is set by GRIDWALK_* variables, for example: make run GRIDWALK_PORT=9000
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BOOT := $(PYTHON) backend/bootstrap.py
IN_VENV := .venv/bin/python

.PHONY: run test check bench soak rulebook map migration format clean

run:
	@exec $(BOOT) run

test:
	@exec $(BOOT) test

check:
	@exec $(BOOT) check

bench:
	@exec $(BOOT) bench

soak:
	@$(BOOT) tools && export PATH=$(CURDIR)/.venv/bin:$$PATH && \
	  { [ -d pwa/node_modules ] || npm ci --prefix pwa --no-audit --no-fund --loglevel=error; } && \
	  $(IN_VENV) -m pytest -q -m long tests && \
	  $(IN_VENV) -m tests.chaos --runs $(or $(RUNS),10000) $(and $(MORE),--more)

rulebook:
	@$(BOOT) tools && $(IN_VENV) -m backend rulebook

map:
	@$(BOOT) tools && $(IN_VENV) -m backend map

migration:
	@$(BOOT) tools && $(IN_VENV) -m backend migration

format:
	@$(BOOT) tools && $(IN_VENV) -m ruff check --fix -q . ; $(IN_VENV) -m ruff format .

clean:
	rm -rf .venv pwa/node_modules pwa/dist .mypy_cache .ruff_cache .import_linter_cache
