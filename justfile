# What a developer needs. `just --list` shows it; CI runs `check`.

python := justfile_directory() / ".venv/bin/python"
export QT_QPA_PLATFORM := env("QT_QPA_PLATFORM", "offscreen")

# The checks and the tests, as CI runs them
check: lint types imports test

# Format and lint
lint:
    "{{python}}" -m ruff format --check .
    "{{python}}" -m ruff check .

# Strict types
types:
    "{{python}}" -m mypy

# Imports point one way
imports:
    "{{justfile_directory()}}/.venv/bin/lint-imports"

# Every fast test
test *ARGS:
    "{{python}}" -m pytest -n 2 -m "not soak" {{ARGS}}

# The full counts: hours, not minutes; the log is kept
soak *ARGS:
    mkdir -p docs/soak
    "{{python}}" -m pytest -m soak --timeout 7200 {{ARGS}} | tee docs/soak/last.txt

# Make the pinned requirement files anew (needs uv)
lock:
    sh installers/lock.sh

# Open the window
run *ARGS:
    "{{python}}" -m desktop {{ARGS}}
