# Targets for people and for continuous integration. They need Go and make alone; the browser tests of `make check` also need
# Chromium, and the tests of a backend in another language Node; they are skipped with a message where there is none. Of npm,
# `make browser` fetches the checks of accessibility.

GO          ?= go
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS      = -s -w -X main.version=$(VERSION)
STATICCHECK  = honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT   = github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
PLATFORMS    = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
FUZZTIME    ?= 1m
BOMBARDIER   = github.com/codesenberg/bombardier@v1.2.6
ROUNDS      ?= 5
ROUNDTIME   ?= 2s
SOAKTIME    ?= 10m
BENCH       ?= .
BENCHTIME   ?= 1s
ARGS        ?=
TESTFLAGS   ?=

# The packages with goroutines of their own, in the code or in its tests: no others can have a race that these do not meet.
CONCURRENT = $(shell grep -rlE --include='*.go' '^[[:space:]]*go [a-z]|\.Go\b|AfterFunc' . | xargs -n1 dirname | sort -u)
# The packages with tests in a browser.
BROWSER    = $(shell grep -rlE --include='*_test.go' '^func TestBrowser' . | xargs -n1 dirname | sort -u)
# The folders with files for Windows alone.
WINDOWS    = $(shell find . -name '*_windows*.go' | xargs -n1 dirname | sort -u)

# go.mod alone decides about dependencies, never a workspace around it.
export GOWORK = off

# All steps compile alike, so that each package is compiled once: as it is released, without C and without paths of this machine. Only
# the race detector needs C.
export CGO_ENABLED = 0
export GOFLAGS := $(filter-out -trimpath,$(shell $(GO) env GOFLAGS)) -trimpath

.DEFAULT_GOAL := help
.PHONY: help run build load test check format vet staticcheck actionlint tidy race browser node fuzz bench microbench smoke soak mutation readme golden dist clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Serve the mock on http://127.0.0.1:4010 (ARGS="--agents 50")
	$(GO) run ./cmd/agentmock serve $(ARGS)

build: ## Build bin/agentmock
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/ ./cmd/agentmock

test: ## Run all tests
	$(GO) test -timeout 20m $(TESTFLAGS) ./...

# Not a list of prerequisites, so that -j keeps the order of the steps. They must leave the working tree as it was. What a step of its
# own does, vet and the browser, tests leave out. Memory is cheaper than the collection of it. The step node waits for npm for the
# most part: it goes on beside the race detector, and is shown after it.
check: ## Run what continuous integration runs: format, vet, staticcheck, actionlint, tidy, tests, race, node, browser, a short bench
	@before=$$(git status --porcelain 2>/dev/null); start=$$(date +%s); export GOGC=$${GOGC:-400}; \
	shown=$$(mktemp) || exit 1; trap 'rm -f "$$shown"' EXIT; trap 'kill $$! 2>/dev/null; exit 1' INT TERM; \
	step() { \
		echo "== $$1 ($$(( $$(date +%s) - start )) s)"; \
		$$2 $(MAKE) --no-print-directory TESTFLAGS="-vet=off -skip=^TestBrowser" $$1; \
	}; \
	for step in format vet staticcheck actionlint tidy test race browser smoke; do \
		case $$step in \
		race) \
			step node exec > "$$shown" 2>&1 & \
			step race; failed=$$?; wait $$! || failed=1; \
			cat "$$shown"; [ $$failed = 0 ] || exit 1;; \
		*) step $$step || exit 1;; \
		esac; \
	done; \
	after=$$(git status --porcelain 2>/dev/null); \
	if [ "$$before" != "$$after" ]; then echo "the checks changed the working tree:"; git status --short; exit 1; fi; \
	echo "== all passed in $$(( $$(date +%s) - start )) s"

format:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not formatted (gofmt -w .):"; echo "$$files"; exit 1; fi

# For Windows, files for it alone: the others are vetted already. By themselves, they need few packages of its standard library, while
# TestSystems in archtest checks the types of all for each system. make dist builds for all of them.
vet:
	$(GO) vet ./...
	@for folder in $(WINDOWS); do echo "GOOS=windows $(GO) vet $$folder/*_windows*.go"; \
		GOOS=windows $(GO) vet $$folder/*_windows*.go || exit 1; done

staticcheck:
	$(GO) run $(STATICCHECK) ./...

actionlint:
	AGENTMOCK_ACTIONLINT='$(ACTIONLINT)' $(GO) test -count=1 -vet=off -run '^TestActionlint$$' ./cmd/agentmock

tidy:
	$(GO) mod tidy -diff
	$(GO) mod verify

race:
	CGO_ENABLED=1 $(GO) test -race -short -timeout 25m -vet=off -skip='^TestBrowser' $(CONCURRENT)

browser:
	@out=$$(AGENTMOCK_INSPECTOR=1 $(GO) test -count=1 -v -vet=off -run '^TestBrowser' $(BROWSER) 2>&1) || { echo "$$out"; exit 1; }; \
	echo "$$out" | grep -E '^ *(---|.*SKIPPED)' || { echo "no browser test ran:"; echo "$$out"; exit 1; }

node:
	@out=$$(AGENTMOCK_NODE=1 $(GO) test -count=1 -v -vet=off -run '^TestNode' ./cmd/agentmock 2>&1) || { echo "$$out"; exit 1; }; \
	echo "$$out" | grep -E '^ *(---|.*SKIPPED)' || { echo "no test ran:"; echo "$$out"; exit 1; }

fuzz: ## Run every fuzz target for FUZZTIME (1m) each
	@for package in $$($(GO) list ./...); do \
		targets=$$($(GO) test -list '^Fuzz' $$package) || { echo "$$targets"; exit 1; }; \
		for target in $$(echo "$$targets" | grep '^Fuzz'); do \
			echo "== $$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$package || exit 1; \
		done; \
	done

bench: load ## Compare the mock to servers that do less (ROUNDS=5, ROUNDTIME=2s, ARGS="-only put,get"); prints Markdown
	$(GO) run ./internal/testonly/load/bench -rounds $(ROUNDS) -duration $(ROUNDTIME) $(ARGS)

load: build
	@GOBIN='$(CURDIR)/bin' $(GO) install $(BOMBARDIER)

smoke: load
	$(GO) run ./internal/testonly/load/bench -rounds 1 -requests 200 > /dev/null

microbench: ## Run the benchmarks of all packages (BENCH=pattern, BENCHTIME=1s), among them the start of the program
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem ./...

soak: ## Drive the built mock with mixed load for SOAKTIME (10m): nothing may grow, and the state must equal a model's
	AGENTMOCK_SOAK=$(SOAKTIME) $(GO) test -count=1 -v -timeout 0 -run '^TestSoak$$' ./cmd/agentmock

mutation: ## Try every planted defect, and print which ones a contract run catches, and its false alarms
	AGENTMOCK_MUTATION=all $(GO) test -count=1 -timeout 60m ./internal/testonly/mutants
	AGENTMOCK_MUTATION=all GOGC=400 $(GO) test -count=1 -v -timeout 60m -run '^TestMutation' ./cmd/agentmock

readme: ## Write responses, flags and rules into the READMEs
	$(GO) test -count=1 -run '^TestReadme$$' ./cmd/agentmock -update

golden: ## Rewrite the golden files of all tests (read the diff before you commit it)
	$(GO) test -count=1 ./cmd/agentmock ./contract/report ./fixtures ./fixtures/internal/generate -update

dist: ## Build static binaries for Linux, macOS and Windows into dist/, with SHA256SUMS
	@rm -rf dist && mkdir dist
	@for platform in $(PLATFORMS); do \
		os=$${platform%/*}; arch=$${platform#*/}; suffix=; [ $$os = windows ] && suffix=.exe; \
		echo "dist/agentmock-$$os-$$arch$$suffix"; \
		GOOS=$$os GOARCH=$$arch $(GO) build -buildvcs=false -ldflags '$(LDFLAGS)' \
			-o dist/agentmock-$$os-$$arch$$suffix ./cmd/agentmock || exit 1; \
	done
	@cd dist && { sha256sum agentmock-* 2>/dev/null || shasum -a 256 agentmock-*; } > SHA256SUMS && cat SHA256SUMS

clean: ## Remove bin and dist
	rm -rf bin dist
