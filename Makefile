# Only python3 (3.11 or newer) and make are assumed. Everything else is installed into .venv from lock files with hashes.

PYTHON ?= python3
# One more than there are cores: tests wait for browsers and for processes that they started.
JOBS ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))
SUITE ?= all
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
UV_VERSION := 0.13.9

# Templates and code too: the sprite holds the icons that they name.
FRONT := $(wildcard package.json package-lock.json .npmrc) \
	$(shell find static templates -path static/dist -prune -o -type f -print 2>/dev/null) \
	$(shell find shimen coverage supply branches grid -name '*.py' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test lint types format bench build clean lock
.DELETE_ON_ERROR:

help:
	@echo "make run     bring up the trial street (试用)"
	@echo "make test    lint, types and every test (全部测试)"
	@echo "make lint    ruff, import contracts, mypy"
	@echo "make format  let ruff lay out the code"
	@echo "make bench   measure beside the peers; SUITE=import|plan|lists|link|division for one"
	@echo "make build   style sheets and scripts into static/dist"
	@echo "make lock    pin the dependencies anew"
	@echo "make clean   remove what was built; var/ and .venv/ stay"

run: .venv/run.stamp static/dist/.stamp
	@$(BIN)/python manage.py up

test: lint
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q

lint: .venv/dev.stamp static/dist/.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

format: .venv/dev.stamp
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: .venv/dev.stamp static/dist/.stamp
	@$(BIN)/python -m tests.bench $(SUITE)

build: static/dist/.stamp

static/dist/.stamp: node_modules/.stamp $(FRONT)
	@echo "生成样式和脚本  ·  building the front end"
	@$(BIN)/python -m shimen.embedded.node npm run --silent build
	@touch $@

node_modules/.stamp: package.json package-lock.json | .venv/run.stamp
	@echo "安装前端依赖  ·  installing front-end packages"
	@$(BIN)/python -m shimen.embedded.node npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The stamps stand last in their recipes, so an interrupted installation is taken up again.
.venv/run.stamp: requirements/run.lock | .venv/made.stamp
	@echo "安装运行依赖（约一分钟）  ·  installing what the trial runs on"
	@$(PIP) install -qq --no-compile --require-hashes --no-deps --requirement requirements/run.lock
	@touch $@

.venv/dev.stamp: requirements/dev.lock | .venv/made.stamp
	@echo "安装开发依赖  ·  installing what the tests need"
	@$(PIP) install -qq --no-compile --require-hashes --no-deps --requirement requirements/dev.lock
	@touch $@ .venv/run.stamp

# Debian splits ensurepip off; the system's own pip can then fill the environment.
.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 以上  ·  Python 3.11 or newer is needed"; exit 1; }
	@echo "建立 .venv  ·  making .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip .venv
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || \
		$(PYTHON) -m pip --python $(BIN)/python install --quiet pip || \
		{ echo "请先安装 python3-venv  ·  please install python3-venv"; exit 1; }
	@touch $@

COMPILE = .venv/lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --no-header --quiet pyproject.toml

lock: .venv/lock/bin/uv
	@$(COMPILE) --output-file requirements/base.lock
	@$(COMPILE) --group embedded --output-file requirements/run.lock
	@$(COMPILE) --group embedded --group dev --output-file requirements/dev.lock
	@! grep -nE '[a-z]+://' requirements/*.lock

.venv/lock/bin/uv: | .venv/made.stamp
	@$(BIN)/python -m venv .venv/lock
	@.venv/lock/bin/python -m pip --disable-pip-version-check install --quiet uv==$(UV_VERSION)

clean:
	@rm -rf static/dist node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@echo "var/ 和 .venv/ 保留  ·  var/ and .venv/ are kept"
