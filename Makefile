# Every target is one line; `make help` prints them. PYTHON= chooses another interpreter (3.11 or newer).
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do command -v $$p && break; done)
BIN := .venv/bin
SETUP := @PYTHONPATH=platform $(PYTHON) -m operations.set_up
.PHONY: help setup demo up test test-browser test-slow check fix gen bench screenshots
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'
setup: ## everything a fresh checkout needs (packages with hashes, front end, system programs)
	$(SETUP)
demo: setup ## the whole story from meter to trade, then the site stays open; ONCE=1 ends after the story
	@$(BIN)/tanheng demo $(if $(ONCE),--once)
up: setup ## the product with its own data in var/
	@$(BIN)/tanheng up
test: setup ## all tests but slow ones and the browser's
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
test-browser: ## tests in Chromium
	@PYTHONPATH=platform $(PYTHON) -m operations.set_up --browser && $(BIN)/python -m pytest -m "browser and not slow"
test-slow: ## tests of more than a minute, in Chromium and without; about an hour
	@PYTHONPATH=platform $(PYTHON) -m operations.set_up --browser && $(BIN)/python -m pytest -m "slow and browser" && $(BIN)/python -m pytest -m "slow and not browser"
check: setup ## format, lint, types, import contracts, generated files, migrations, front-end types
	@$(BIN)/python -m operations.gate
fix: setup ## let ruff format and repair
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
gen: setup ## write the generated files again
	@$(BIN)/python -m operations.gate --write
bench: setup ## the figures promised, measured here
	@$(BIN)/tanheng bench
screenshots: ## pictures of the real pages for README and docs
	@PYTHONPATH=platform $(PYTHON) -m operations.set_up --browser && $(BIN)/python -m operations.screenshots
