# What a developer needs. CI runs `test`, through installers/bootstrap.py.

set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments

python := justfile_directory() / ".venv/bin/python"

# Tests draw their windows into memory, unless a platform is asked for. What the hundreds of programs that they start
# are compiled to is kept, also where the environment says otherwise.
pytest := "PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM=" + env("QT_QPA_PLATFORM", "offscreen") + " '" + python + "' -m pytest"

_list:
    @"{{just_executable()}}" --justfile "{{justfile()}}" --list --unsorted

# Make or complete the environment with everything for development
setup:
    python3 installers/bootstrap.py setup

# Open Preceptor; with words, run that command of `preceptor`
run *ARGS:
    "{{python}}" -m desktop "$@"

# Every check and every fast test; all of them run, whatever fails. With more than two cores: just test -n 8
test *ARGS:
    @failed=""; \
    for check in lint types imports; do \
      "{{just_executable()}}" --justfile "{{justfile()}}" "$check" || failed="$failed $check"; \
    done; \
    status=0; export PYTEST_DEBUG_TEMPROOT="$("{{python}}" tests/temporary_room.py)"; \
    {{pytest}} -n 3 --dist worksteal -m "not soak and not long" "$@" || status=$?; \
    case " $*" in *" -m"*) ;; *) echo "Long tests were left out: just test-all runs them too." ;; esac; \
    if [ -n "$failed" ]; then echo "not clean:$failed" >&2; if [ $status = 0 ]; then status=1; fi; fi; \
    exit $status

# The same with the long tests, before a change of the window or of a format is called done: 2.5 times as long
test-all *ARGS:
    "{{just_executable()}}" --justfile "{{justfile()}}" test -m "not soak" "$@"

# Some tests only: just pytest tests/installers -k room
pytest *ARGS:
    {{pytest}} "$@"

# The full counts: an hour, kept in docs/soak. With words for pytest (-k killed) nothing is kept
soak *ARGS:
    @mkdir -p docs/soak; \
    log="docs/soak/$(date +%F).txt"; if [ $# != 0 ]; then log=/dev/null; fi; made="$(mktemp)"; status=0; \
    {{pytest}} --no-header -v -o console_output_style=times --tb short -m soak --timeout 7200 "$@" 2>&1 \
      | "{{python}}" tests/soak_log.py | tee "$made" || status=$?; \
    cat "$made" > "$log"; rm "$made"; exit $status

# Delivery with everything going wrong: faults at 30 %, 50 kills, every bit flipped; kept, and gone on with if broken off
soak-delivery:
    @PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM=offscreen "{{python}}" tests/soak_run.py delivery \
        tests/feedback_store/test_delivery_faults.py tests/feedback_store/test_delivery_walk.py \
        tests/feedback_store/test_delivery_receipts.py tests/feedback_store/test_killed_at_work.py \
        tests/feedback_store/test_collector_refusals.py tests/feedback_store/test_collector_key_flips.py \
        tests/feedback_store/test_batches_key_flips.py tests/feedback_store/test_collector_limits.py \
        tests/feedback_store/test_collector_room.py tests/feedback_store/test_collector_restored.py

# The pictures of the extension's panel in docs/images, from a real Chromium; look at each before you commit it
screenshots-panel *ARGS:
    "{{python}}" docs/screenshots/panel_pictures.py "$@"

# The engine beside llama.cpp's own programs: half an hour on two quiet cores; --models 1 --rounds 3 for a first look
bench-engine *ARGS:
    PYTHONPATH=. "{{python}}" benchmarks/engine.py "$@"
    "{{python}}" benchmarks/bars.py benchmarks/results/engine.md

# What the engine does with an NVIDIA GPU, and beside llama.cpp's own programs there; docs/gpu.md; ten minutes
bench-gpu:
    PYTHONPATH=. "{{python}}" benchmarks/gpu.py
    PYTHONPATH=. "{{python}}" benchmarks/engine.py --gpu
    "{{python}}" benchmarks/bars.py benchmarks/results/gpu.md benchmarks/results/engine_gpu.md

# The longest pause of the window while four answers stream: two minutes on two quiet cores
bench-pauses:
    PYTHONPATH=. "{{python}}" benchmarks/pauses.py
    "{{python}}" benchmarks/bars.py benchmarks/results/pauses.md

# Which rows of the kept results fall short of their bar
bars:
    "{{python}}" benchmarks/bars.py benchmarks/results/*.md

# Pauses while four answers of 8,000 tokens stream, are flagged and laid out: four minutes on two quiet cores
bench-long:
    PYTHONPATH=. "{{python}}" benchmarks/long_answers.py
    "{{python}}" benchmarks/bars.py benchmarks/results/long_answers.md

# How soon keys are seen and saves are safe, in the true window on X11: two minutes
bench-keys:
    PYTHONPATH=. "{{python}}" benchmarks/keys.py
    "{{python}}" benchmarks/bars.py benchmarks/results/keys.md

# The window with 10,000 and 100,000 records: its start, search, scrolling, saving; five minutes
bench-window *ARGS:
    PYTHONPATH=. "{{python}}" benchmarks/window.py "$@"
    "{{python}}" benchmarks/bars.py benchmarks/results/window.md

# A capture from the panel to the window's disk and back in a real Chromium, and the native host's start: two minutes
bench-browser *ARGS:
    PYTHONPATH=. "{{python}}" benchmarks/browser.py "$@"
    "{{python}}" benchmarks/bars.py benchmarks/results/browser.md

# The collector on PostgreSQL beside the least that a delivery can cost: ten quiet minutes; --rounds 60: 20, and 12 GB
bench-delivery *ARGS:
    PYTHONPATH=. "{{python}}" benchmarks/delivery.py "$@"
    "{{python}}" benchmarks/bars.py benchmarks/results/delivery.md

# An export of 100,000 judgements from a collector, and what a later one costs: five minutes on two quiet cores
bench-export *ARGS:
    PYTHONPATH=. "{{python}}" benchmarks/exports.py "$@"
    "{{python}}" benchmarks/bars.py benchmarks/results/exports.md

# docs/operations.md run for true: nginx, TLS, both storages, its drills; needs nginx and sqlite3 and says so; kept
try-operations:
    @mkdir -p docs/soak; \
    log="docs/soak/$(date +%F)-operations.txt"; made="$(mktemp)"; status=0; \
    PYTHONPATH=. "{{python}}" tests/feedback_store/try_operations.py 2>&1 \
      | "{{python}}" tests/soak_log.py | tee "$made" || status=$?; \
    cat "$made" > "$log"; rm "$made"; exit $status

# Is it formatted, and free of what ruff finds?
lint:
    "{{python}}" -m ruff format --check --quiet .
    "{{python}}" -m ruff check --quiet .

# Format, and repair what ruff can repair
format:
    "{{python}}" -m ruff check --fix-only --quiet .
    "{{python}}" -m ruff format .

# Strict types: the packages, then the set-up, then what takes the pictures
types:
    "{{python}}" -m mypy --no-error-summary
    "{{python}}" -m mypy --no-error-summary --strict installers
    "{{python}}" -m mypy --no-error-summary --strict docs/screenshots

# Do imports point one way?
imports:
    "{{python}}" -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-cache --no-logo

# Collect the window's texts into the catalogues of desktop/translations, and compile them; says what is to be translated
translations:
    "{{python}}" installers/translations.py

# Take the pictures in docs/images anew, or those that are named; the window is driven on a screen of its own
screenshots *ARGS:
    "{{python}}" docs/screenshots "$@"

# Build the Chrome extension's file for a store, in dist; --draw makes its icons and colours anew from the window's first
extension *ARGS:
    "{{python}}" installers/extension.py "$@"

# Check the types of the extension's JavaScript; npm fetches the two tools once
extension-types:
    cd tests/desktop/browser/extension/types && npm ci --silent --no-audit --no-fund && npx tsc -p jsconfig.json

# Solve the pinned requirement files anew, after a change of an .in file (--upgrade: everything as new as it goes)
lock *ARGS:
    bash installers/lock.sh "$@"
