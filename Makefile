# Duyệt: everything a newcomer needs. Only Python 3.11 or newer, make and git are expected.
# The first Python on PATH that is new enough; `make run PYTHON=…` chooses another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  "$$p" -c '$(NEW_ENOUGH)' 2>/dev/null && { echo "$$p"; break; }; done)
V := .venv
BIN := $(V)/bin
UV := uv==0.13.8
export SSL_CERT_FILE ?= $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem))
ifeq ($(SSL_CERT_FILE),)
unexport SSL_CERT_FILE
endif

CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)

.PHONY: run install test check soak bench translations lock clean help

help:
	@echo "make run      start Duyệt on http://127.0.0.1:8000 (first time: builds $(V), loads the demo)"
	@echo "make test     all tests, on SQLite, on PostgreSQL and in a browser"
	@echo "make check    format, lint, types, imports, then test"
	@echo "make soak     the long forms of the tests, hours; shorter: HISTORIES=100 STEPS=40 FAULTS=30 make soak"
	@echo "make bench    the hot paths against hand-written SQL; ARGS=\"act --databases postgresql --full\" chooses"
	@echo "make translations  bring translations/ up to the sentences in the code, then fill in the .po"
	@echo "make install  only the environment;  make clean  remove what was built (data in var/ stays)"

run: $(V)/.run $(COMPILED)
	@exec $(BIN)/python -m workers.launcher --with-parent

install: $(V)/.run $(COMPILED)

test: $(V)/.dev $(COMPILED)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not soak" $(ARGS)

check: $(V)/.dev $(COMPILED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(MAKE) test

soak: $(V)/.dev $(COMPILED)
	EVERY_STATE=1 $(BIN)/python -m pytest -m soak $(ARGS)

bench: $(V)/.dev $(COMPILED)
	@$(BIN)/python -m benchmarks $(ARGS)

translations/%.mo: translations/%.po $(V)/.run
	@$(BIN)/pybabel -q compile -i $< -o $@

# Sorted and without line numbers, so that a catalogue changes only where its sentences do.
POT := $(V)/messages.pot
translations: $(V)/.run
	$(BIN)/pybabel -q extract -F translations/babel.cfg -k N_ -k _ -k gettext -k ngettext:1,2 -k lazy_gettext \
	  --sort-output --add-location=file --no-wrap --omit-header -o $(POT) .
	$(BIN)/pybabel -q update -D messages -i $(POT) -d translations --no-wrap \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

# One installer for both environments: uv when it can be had, pip otherwise. Hashes are checked by both.
define install-from
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	  echo "Cần Python 3.11 trở lên. / Python 3.11 or newer is needed: make $(or $(MAKECMDGOALS),run) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(V) || { \
	  echo "Python thiếu mô-đun venv. / This Python lacks venv (Debian: apt install python3-venv)." >&2; exit 1; }
	@{ { test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check $(UV); } \
	  && $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r $(1); } \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1) || { \
	  echo "Không cài được thư viện (cần mạng lần đầu). / Installing the libraries failed (the first time needs a network)." >&2; exit 1; }
endef

$(V)/.run: requirements.txt
	$(call install-from,requirements.txt)
	@touch $@

$(V)/.dev: requirements-dev.txt requirements.txt
	$(call install-from,requirements-dev.txt)
	@touch $@ $(V)/.run

lock: $(V)/.dev
	$(BIN)/uv pip compile -q --no-header --generate-hashes --universal --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --no-header --generate-hashes --universal --python-version 3.11 -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(V) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete 2>/dev/null || true
