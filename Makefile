# Two commands do all the set-up: `make demo` and `make test`. Everything else here is for people who work on the rig.
#
# Python packages go into .venv; tools for the firmware and its tests come from apt where there is one.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# What the firmware, its simulated board, the fuzzer and an offscreen window need, as Debian and Ubuntu name it.
APT_PACKAGES := build-essential gcc-avr avr-libc avrdude simavr libsimavr-dev libelf-dev cppcheck clang llvm arduino-core-avr \
                libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1

.PHONY: help demo test check bench firmware firmware-bench calibration-example technique-table tools clean

help:
	@echo "make demo            set up, then a whole practice session on the virtual pad (about a minute)"
	@echo "make test            set up, install the firmware tools, then every check and test"
	@echo "make check           style and types only"
	@echo "make bench           speed, each figure as a ratio or against its limit"
	@echo "make calibration-example  the worked example in calibration/ and docs/calibration-*.svg, from a virtual pad"
	@echo "make technique-table  docs/technique-table.md: every step with every fault, performed and judged (an hour or so)"
	@echo "make firmware        the firmware for both boards, and the simulated board"
	@echo "make firmware-bench  the firmware's rates and margins in simulated time, beside their limits"

demo: $(VENV)/.installed
	$(BIN)/rig demo

test: $(VENV)/.installed-dev tools check firmware
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

firmware: tools
	$(MAKE) -C firmware all
	$(MAKE) -C firmware/sim

firmware-bench: $(VENV)/.installed-dev firmware
	$(BIN)/python -m firmware.sim.bench

calibration-example: $(VENV)/.installed-dev
	$(BIN)/python -m tests.calibration.example
	$(BIN)/python -m tests.calibration.pictures

technique-table: $(VENV)/.installed-dev
	$(BIN)/python -m tests.technique_table --first 2001 --seeds 20 --sessions 4 --keep build/technique-table.jsonl \
	  --out docs/technique-table.md > /dev/null

tools:
	@.ci/tools $(APT_PACKAGES)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "The rig needs Python 3.11 or newer; $(PYTHON) is older. Try: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python cannot make an environment here. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	$(MAKE) -C firmware clean
	$(MAKE) -C firmware/sim clean
	rm -rf $(VENV) build dist
