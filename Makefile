# Two commands: `make run` to talk to the assistant, `make test` to check it.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONWARNINGS := ignore

.PHONY: run test train validate bench wechat-sim lint format lock clean

run: $(VENV)/.installed
	@$(PY) -m bot.launch

test: $(VENV)/.installed
	@$(PY) -m bot.training.train
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal

train: $(VENV)/.installed
	@$(PY) -m bot.training.train

# What is wrong with the files that trainers write, by file and line; trains nothing.
validate: $(VENV)/.installed
	@$(PY) -m bot validate

bench: $(VENV)/.installed
	@$(PY) -m bot.training.train
	@$(PY) -m benchmarks --full --write

# The assistant behind a pretended WeChat account, talked to from this terminal.
wechat-sim: $(VENV)/.installed
	@$(PY) -m simulators.wechat

lint: $(VENV)/.installed
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: $(VENV)/.installed
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

# The environment is rebuilt when the lock changes, and only then.
$(VENV)/.installed: requirements/lock.txt scripts/install.sh
	@scripts/install.sh $(VENV)

# Resolve the lock again; it holds versions and hashes, and no address.
lock: $(VENV)/.installed
	@$(VENV)/bin/uv pip compile --python-version 3.10 --override requirements/overrides.txt requirements/dev.in \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements/lock.txt

clean:
	rm -rf $(VENV) models var .pytest_cache .mypy_cache .ruff_cache
