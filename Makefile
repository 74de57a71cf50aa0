# Plain make and sh: the same on Debian and on macOS, whose make is 3.81.

# May come from the environment as well: `PORT=8600 make run`.
PYTHON ?= python3
PORT ?= 8501
HOST = localhost
ARGS =

VENV = .venv
BIN = $(VENV)/bin
LOCKED = $(VENV)/.locked
INSTALLED = $(VENV)/.installed
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet install
# Browser tests share one server and one browser: they stay together on one of the two workers.
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadgroup

.PHONY: help env chromium run test lint properties golden evidence bench bench-page shots schema lock clean

help: ## list the targets
	@echo "make run          start the page on http://$(HOST):$(PORT)  (PORT=8600, HOST=0.0.0.0 to open it to a network)"
	@echo "make test         all tests but the long property runs      (ARGS='-k name' to choose)"
	@echo "make lint         ruff, mypy, and the rules on imports"
	@echo "make properties   the long property runs"
	@echo "make golden       write the golden files anew"
	@echo "make evidence     write how often drawn lives fail, beside what has been seen"
	@echo "make bench        measure the speed of the model"
	@echo "make bench-page   measure the speed of the page, in a browser"
	@echo "make shots        take the pictures of the page"
	@echo "make schema       write the JSON schema and the table of all fields"
	@echo "make lock         write requirements.lock from pyproject.toml  (ARGS=--upgrade for newer versions)"
	@echo "make env          create or refresh .venv, which every target does when needed"
	@echo "make clean        remove .venv and everything that was built"

env: $(INSTALLED)

# A new lock means a new environment: nothing that it no longer names stays behind.
$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed: name one, as in \`make run PYTHON=python3.12\`." >&2; exit 1; }
	@echo "Creating $(VENV) from requirements.lock (a minute or two)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

chromium: $(INSTALLED)
	@$(BIN)/python -m tests.browser.chromium

run: $(INSTALLED)
	@$(BIN)/python tools/serve.py --host "$(HOST)" --port "$(PORT)"

test: $(INSTALLED) chromium
	HYPOTHESIS_PROFILE=ci $(PYTEST) -m "not properties" $(ARGS)

properties: $(INSTALLED) chromium
	HYPOTHESIS_PROFILE=properties $(PYTEST) -rP -m properties $(ARGS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: $(INSTALLED)
	$(BIN)/python -m tests.make_golden $(ARGS)

evidence: $(INSTALLED)
	$(BIN)/python -m tests.evidence

bench: $(INSTALLED)
	$(BIN)/python -m tests.bench $(ARGS)

bench-page: $(INSTALLED) chromium
	$(BIN)/python -m tests.bench_page

shots: $(INSTALLED) chromium
	$(BIN)/python -m tests.shots $(ARGS)

schema: $(INSTALLED)
	$(BIN)/lbo-model schema --write
	$(BIN)/python -m tests.make_reference

# One lock for every platform and Python: the same versions everywhere, and no address in the file.
lock: $(INSTALLED)
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --extra dev \
		--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements.lock $(ARGS) pyproject.toml

clean:
	rm -rf $(VENV) build dist test-results .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
