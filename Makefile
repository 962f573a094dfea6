# Needs make and Python 3.11 or newer; everything else comes from the lock files into .venv.
# make run | make install | make test [ARGS="-k meld"] | make bench | make soak | make guide | make sbom
# make audit | make profiles | make profiles-r5 | make profiles-official | make definitions | make lock | make clean

.DELETE_ON_ERROR:
.PHONY: run cards install test bench soak sbom audit guide profiles profiles-r5 profiles-official definitions lock clean

PYTHONS = $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python
PIP = .venv/bin/python -m pip --disable-pip-version-check --quiet
LOCKED = $(PIP) install --require-hashes --only-binary :all:
UV = .venv-lock/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

run: .venv/run.stamp
	@exec .venv/bin/hepar serve --dev $(ARGS)

# The cards for one demonstration chart, in the terminal: make cards ARGS=demo-compensated
cards: .venv/run.stamp
	@exec .venv/bin/hepar demo show $(ARGS)

# Only what the lock files list; for a machine that serves.
install: .venv/run.stamp

test: .venv/test.stamp
	@.venv/bin/python -m pytest $(ARGS)

# Writes the pages of the handbook from the declarations; a test fails when they are stale.
guide: .venv/run.stamp
	@.venv/bin/python -m hooks.guide

# Builds the package of the FHIR profiles; needs node and npm, which fetch the compiler that the lock file lists.
profiles: .venv/made.stamp build/profiles/compiler.stamp
	@.venv/bin/python -m fhir_profiles build/profiles

build/profiles/compiler.stamp: fhir_profiles/package.json fhir_profiles/package-lock.json
	@mkdir -p build/profiles && cp fhir_profiles/package.json fhir_profiles/package-lock.json build/profiles
	@npm ci --prefix build/profiles --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# The R5 edition, from the same sources; needs Maven too, which fetches the definitions of FHIR 5.0.0.
R5 = ca.uhn.hapi.fhir:hapi-fhir-validation-resources-r5:8.4.0
profiles-r5: profiles build/profiles/r5.stamp
	@.venv/bin/python -m fhir_profiles.r5 build/profiles

build/profiles/r5.stamp:
	@mkdir -p build/profiles
	@mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
		-Dartifact=$(R5) -DoutputDirectory=build/profiles
	@touch $@

# What the validator of records needs of FHIR 4.0.1, out of the definitions of HL7; needs Maven, which fetches these.
R4 = ca.uhn.hapi.fhir:hapi-fhir-validation-resources-r4:8.4.0
definitions: .venv/run.stamp build/profiles/r4.stamp
	@.venv/bin/python -m fhir_profiles.definitions build/profiles/hapi-fhir-validation-resources-r4-8.4.0.jar

build/profiles/r4.stamp:
	@mkdir -p build/profiles
	@mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
		-Dartifact=$(R4) -DoutputDirectory=build/profiles
	@touch $@

# Asks the official validator about the profiles again; needs Java 17 and Maven, which fetches it. R4_EXAMPLES=FOLDER
profiles-official: .venv/run.stamp
	@.venv/bin/python -m tests.profiles.official $(R4_EXAMPLES)
	@.venv/bin/python -m tests.profiles.official.r5

bench: .venv/test.stamp
	@.venv/bin/python bench/run.py $(ARGS)

# 20,000 mixed calls to the real service; fails when memory, open files or threads grow.
soak: .venv/test.stamp
	@.venv/bin/python -m bench.soak $(ARGS)

# What a machine that serves has installed, as CycloneDX: read from an environment that holds requirements.lock alone.
sbom: .venv/test.stamp
	@mkdir -p build && .venv/bin/python -m venv --clear --without-pip build/served
	@$(PIP) --python build/served/bin/python install --require-hashes --only-binary :all: -r requirements.lock
	@.venv/bin/python -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file build/hepar.cdx.json build/served/bin/python
	@rm -rf build/served && echo build/hepar.cdx.json

# Known weaknesses of what requirements.lock lists. Fails when a package could not be looked up: that is no pass.
audit: .venv/test.stamp
	@.venv/bin/python -m pip_audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.lock || \
		{ echo "The audit did not pass: what is named above is vulnerable, or could not be looked up." >&2; exit 1; }

# The first Python that is new enough and can make a virtual environment.
.venv/made.stamp:
	@old=; bare=; for python in $(PYTHONS); do \
		$$python -c 'pass' 2>/dev/null || continue; \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { old=$$python; continue; }; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || { bare=$$python; continue; }; \
		echo "Making .venv with $$($$python --version)" >&2; \
		$$python -m venv --clear .venv && touch $@; exit; \
	done; \
	if [ -n "$$bare" ]; then echo "$$bare cannot make a virtual environment: it lacks the modules venv and ensurepip." \
		"On Debian and Ubuntu: apt install python3-venv" >&2; \
	elif [ -n "$$old" ]; then echo "$$($$old --version) is too old: hepar needs Python 3.11 or newer." \
		"Name one with: make PYTHON=/path/to/python3" >&2; \
	else echo "No Python found: hepar needs Python 3.11 or newer." >&2; fi; exit 1

# The project itself is installed so that .venv/bin/hepar runs the files of this folder.
.venv/run.stamp: .venv/made.stamp requirements.lock requirements-build.lock pyproject.toml
	@echo "Installing what requirements.lock lists" >&2
	@$(LOCKED) -r requirements-build.lock -r requirements.lock
	@$(PIP) install --no-deps --no-index --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements-test.lock
	@echo "Installing what requirements-test.lock lists" >&2
	@$(LOCKED) -r requirements-test.lock
	@touch $@

# Keeps the versions that still fit; UPGRADE=1 takes the newest. The test lock holds the runtime's versions.
lock: .venv/made.stamp
	@test -x $(UV) || { .venv/bin/python -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet 'uv>=0.9'; }
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --extra test --constraint requirements.lock -o requirements-test.lock
	@echo 'setuptools>=77' | $(COMPILE) - -o requirements-build.lock

clean:
	@rm -rf .venv .venv-lock build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
