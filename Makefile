# ถามแผน: set-up, one question, the bot, all checks. Each target makes what it needs first, once.
#
#   make ask Q="คำถาม"     an answer with its citations
#   make run               the bot: on Telegram with TELEGRAM_BOT_TOKEN, else on the preview page of this machine
#   make test              every check that CI runs

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# The environment wins over .env, which wins over the defaults, as in bot/settings.py.
setting = $(or $(strip $(shell sed -n 's/^$(1)=//p' .env 2>/dev/null | tail -n 1)),$(2))
DATA_DIR   ?= $(call setting,DATA_DIR,.data)
CORPUS_DIR ?= $(call setting,CORPUS_DIR,corpus/documents)
export DATA_DIR CORPUS_DIR
export ANONYMIZED_TELEMETRY := False

INPUTS := $(shell find $(CORPUS_DIR) corpus ingest -type f -not -path '*/__pycache__/*' -not -path 'corpus/training/*')

.PHONY: ask run test build check clean
.DEFAULT_GOAL := ask

Q ?= ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่

ask: $(DATA_DIR)/CURRENT
	@$(BIN)/python -m bot ask "$$QUESTION"
ask: export QUESTION = $(value Q)

run: $(if $(or $(EMBEDDING_MODEL),$(call setting,EMBEDDING_MODEL,)),$(VENV)/.transformers) $(DATA_DIR)/CURRENT
	@$(BIN)/python -m bot

build: $(VENV)/.tesseract $(DATA_DIR)/CURRENT

# The build is a no-op where nothing changed, so a newer file only costs a look.
$(DATA_DIR)/CURRENT: $(VENV)/.installed $(INPUTS)
	@$(BIN)/python -m ingest build --publish
	@touch $@

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ต้องใช้ Python 3.11 ขึ้นไป / Python 3.11 or newer is needed; set PYTHON=python3.x" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "ติดตั้งไลบรารี (ครั้งแรกใช้เวลาราว 1-2 นาที) / installing" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.transformers: $(VENV)/.installed
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[transformers]"
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[test,transformers,benchmark]"
	@touch $@

# Scans are read by tesseract; as root it is installed, else a build that meets a scan says what is missing.
$(VENV)/.tesseract:
	@if [ "$$(id -u)" = 0 ] && ! tesseract --list-langs 2>/dev/null | grep -qx tha; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-tha >/dev/null; fi
	@mkdir -p $(VENV) && touch $@

# The browser tests drive Debian's Chromium with a Thai font, the state's tests also run on PostgreSQL; as root they are
# installed, else the tests say what is missing.
$(VENV)/.chromium:
	@if [ "$$(id -u)" = 0 ] && ! { command -v chromium >/dev/null && test -d /usr/lib/postgresql; }; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-thai-tlwg postgresql >/dev/null; fi
	@mkdir -p $(VENV) && touch $@

test: $(VENV)/.chromium $(VENV)/.tesseract $(VENV)/.test $(DATA_DIR)/CURRENT
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@env -u DATA_DIR -u CORPUS_DIR $(BIN)/python -m pytest

clean:
	rm -rf $(VENV) $(DATA_DIR)
