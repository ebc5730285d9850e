# Two commands do everything on a fresh machine with Python, python3-venv and make:
#   make demo     the bot and its chat page, no token needed
#   make test     the tests, less a few slow ones
# The environment is .venv; a stamp file in it records which lock is installed, so that a second call installs nothing.

# The first of these that is 3.11 to 3.13; `make PYTHON=/path/to/python ...` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DEMO ?=

.PHONY: install demo test check lint format types imports browser proxies postgresql nspawn bench soak fuzz boot-test wheel lock clean

install: $(VENV)/train.stamp

demo: install
	@exec $(BIN)/digitbot demo $(DEMO)

# Three processes, also on two cores: tests wait much of their time. `make check` adds the slow tests.
PYTEST := $(BIN)/python -m pytest -n 3 --dist worksteal

test: $(VENV)/dev.stamp
	$(PYTEST) -m "not slow"

# What .ci/run calls: lint, types, import contracts, all tests (those of the chat page in chromium, those of the webhook
# behind nginx and Caddy, those on PostgreSQL and the boot test where these can be installed).
check: $(VENV)/dev.stamp browser proxies postgresql nspawn lint types imports
	$(PYTEST)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

# The contracts of pyproject.toml: which package may import which.
imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports

# Measures recognition and writes the tables of docs/accuracy.md: an hour or so on two cores. PHOTOS="DIR ..." (each with labels.csv) and
# RAPIDOCR=PYTHON (one that has rapidocr-onnxruntime) measure more.
BENCH := nice $(BIN)/python -P tests/benchmarks
TABLES := --write docs/accuracy.md
bench: $(VENV)/train.stamp
	$(BENCH)/read_time.py $(TABLES)
	$(BENCH)/calibration.py --jobs 2 $(TABLES)
	$(BENCH)/conditions.py --jobs 2 $(TABLES)
	$(if $(PHOTOS),$(BENCH)/photos.py $(PHOTOS) $(TABLES))
	$(BENCH)/readers.py --generated 200 $(if $(PHOTOS),--photos $(firstword $(PHOTOS))) $(if $(RAPIDOCR),--rapidocr $(RAPIDOCR)) $(TABLES)
	$(BENCH)/digit_sets.py $(TABLES)

# Photos under load beside an echo bot and a bot with Keras in its loop, ten thousand photos, the stages of one, and Telegram's sizes
# (docs/performance.md): an hour or so on two idle cores.
.PHONY: load
load: $(VENV)/train.stamp
	$(BENCH)/load.py --write docs/performance.md
	$(BENCH)/load.py --memory 10000 --write docs/performance.md
	$(BENCH)/photo_stages.py --write docs/performance.md
	$(if $(PHOTOS),$(BENCH)/photo_sizes.py $(PHOTOS) --write docs/performance.md)

# 1, 2 and 4 processes on one PostgreSQL, and its writes (docs/scale.md): ten minutes.
.PHONY: scale
scale: $(VENV)/train.stamp
	$(BENCH)/scale.py --write docs/scale.md
	$(BENCH)/write_rate.py --write docs/scale.md

# Kills, stops and faults while people write; the invariants are counted afterwards (docs/reliability.md): three times
# 5,000 updates, or 50,000 with SOAK=--long.
SOAK ?=
soak: $(VENV)/train.stamp
	$(BENCH)/soak.py $(SOAK)
	$(BENCH)/soak.py --webhook --seed 2 $(SOAK)
	$(BENCH)/soak.py --database postgresql --replicas 2 --seed 3 $(SOAK)

# 200,000 damaged and strange pictures, decoded and read (docs/reliability.md): a night on two cores.
fuzz: $(VENV)/dev.stamp
	$(BENCH)/fuzz.py --inputs 200000 --jobs $$(nproc)

# A release: wheel and sdist in dist/. Both are the same bytes wherever and whenever they are built: hatchling sorts the
# files and takes their times from SOURCE_DATE_EPOCH (reproducible-builds.org), here the time of the last commit.
wheel: $(VENV)/dev.stamp
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 1577836800) $(BIN)/python -m build --no-isolation
	@cd dist && sha256sum *

# Boots a Debian with digitbot in it and sees that everything works (docs/operations.md): a quarter of an hour, as root on
# Debian; elsewhere it says why not. BOOT=--short leaves TensorFlow out, as `make check` does.
boot-test: $(VENV)/dev.stamp nspawn
	@$(BIN)/python -m tests.deploy.boot $(BOOT) || { status=$$?; [ $$status = 77 ] || exit $$status; }

nspawn:
	@if ! { command -v debootstrap && command -v systemd-nspawn && command -v shellcheck; } >/dev/null \
		&& command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
			debootstrap systemd-container shellcheck >/dev/null \
		|| echo "debootstrap and systemd-container could not be installed: the boot test will be skipped" >&2; fi

# Only root on Debian can install chromium; elsewhere the browser tests are skipped and say why.
browser:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null \
		|| echo "chromium could not be installed: the browser tests will be skipped" >&2; fi

# As above; RUNLEVEL keeps their services from being started. Both lie in Debian.
proxies:
	@for p in nginx caddy; do if ! command -v $$p >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get -qq update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$p >/dev/null \
		|| echo "$$p could not be installed: its tests will be skipped" >&2; fi; done

# As above. Tests start a cluster of their own, so the system gets none: Debian would make and start one. Debian keeps
# initdb off PATH.
CLUSTERS := /etc/postgresql-common/createcluster.d
postgresql:
	@if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null \
		&& command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		mkdir -p $(CLUSTERS) && echo "create_main_cluster = false" >$(CLUSTERS)/digitbot.conf && apt-get -qq update \
		&& RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql >/dev/null \
		|| echo "postgresql could not be installed: its tests will be skipped" >&2; \
		rm -f $(CLUSTERS)/digitbot.conf; fi

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "digitbot needs Python 3.11, 3.12 or 3.13: install one, or name it with make PYTHON=/path/to/python" >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "this Python cannot make virtual environments: install its venv package (Debian: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Every downloaded file is checked against its hash. The project itself is installed editable: edits need no reinstall.
$(VENV)/%.stamp: locks/%.txt pyproject.toml | $(BIN)/python
	@echo "Installing locks/$*.txt into $(VENV): a minute or two, once."
	@$(PIP) install -q --require-hashes -r locks/build.txt -r locks/$*.txt \
		&& $(PIP) install -q --no-deps --no-build-isolation -e . \
		|| { echo "the packages could not be installed: is the package registry within reach? Then: make clean, and once more" >&2; exit 1; }
	@touch $@
	@if [ $* = dev ]; then touch $(VENV)/train.stamp; fi

# Ranges stand in pyproject.toml, exact versions with hashes in locks/, which name no registry. `make lock UPGRADE=` changes
# only what pyproject.toml asks for and keeps all other versions.
UPGRADE ?= --upgrade
UV = $(VENV)-lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	$(UPGRADE) -c locks/constraints.txt
lock:
	$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install -q uv
	$(UV) pyproject.toml --extra train --extra postgresql --group dev -o locks/dev.txt
	$(UV) pyproject.toml -c locks/dev.txt -o locks/serve.txt
	$(UV) pyproject.toml -c locks/dev.txt --extra train -o locks/train.txt
	$(UV) pyproject.toml -c locks/dev.txt --extra cuda -o locks/cuda.txt
	$(UV) locks/postgresql.in -c locks/dev.txt -o locks/postgresql.txt
	$(UV) locks/build.in -c locks/dev.txt -o locks/build.txt
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) $(VENV)-lock
