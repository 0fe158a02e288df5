# Every target here is a command the README names or CI runs.

GOLANGCI_LINT_VERSION := v2.15.0
GORELEASER_VERSION := v2.15.1
SYFT_VERSION := v1.57.1
GREMLINS_VERSION := v0.6.0
GOVULNCHECK_VERSION := v1.9.0
APIDIFF_VERSION := v0.0.0-20261113113407-e3970619a1a4

EXE := $(shell go env GOEXE)
GREMLINS := bin/gremlins-$(GREMLINS_VERSION)$(EXE)
GOLANGCI_LINT := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)$(EXE)
GORELEASER := bin/goreleaser-$(GORELEASER_VERSION)$(EXE)
SYFT := bin/syft-$(SYFT_VERSION)/syft$(EXE)

# At the end of each process the race detector would wait for a second.
export GORACE := atexit_sleep_ms=0

# The race detector needs a C compiler; Go turns cgo off where there is none.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: help
help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Sign users out of the embedded fake Slack, to see how it works
	@echo "Compiling; the first time takes half a minute." >&2
	go run ./cmd/slackadmin demo

# What starts no goroutines needs no race detector, which makes it five times slower.
# Package signout starts none; the command runs it with some, under the detector.
SEQUENTIAL := ./internal/... ./spec ./api/signout

.PHONY: test
test: ## Run all tests, with the race detector where it is of use and there is a C compiler
	@echo "Compiling; the first time takes two minutes." >&2
	go test $(SEQUENTIAL)
	go test $(RACE) $(filter-out $(shell go list $(SEQUENTIAL)),$(shell go list ./...))

.PHONY: extend
extend: ## Regenerate and extend copies of the project, and test them
	go test -tags extend -run TestGenerate ./tests

# How long to fuzz each target.
FUZZTIME := 6m
FUZZ := api/FuzzAnswer api/FuzzRetryAfter api/FuzzToken api/FuzzBaseURL api/slacktest/FuzzRequest \
	internal/people/FuzzReadUsers internal/people/FuzzReadSessions internal/people/FuzzReadAuditLog

.PHONY: fuzz
fuzz: ## Fuzz every target for FUZZTIME, three quarters of an hour in all
	$(foreach target,$(FUZZ),go test ./$(patsubst %/,%,$(dir $(target))) -run '^$$' -fuzz '^$(notdir $(target))$$' -fuzztime $(FUZZTIME) &&) true

# The package to break; its own tests have to notice.
PACKAGE := ./api

.PHONY: mutate
mutate: $(GREMLINS) ## Break PACKAGE in one place at a time and print what no test notices
	$(GREMLINS) unleash --timeout-coefficient 20 --output-statuses lct $(PACKAGE)

.PHONY: bench
bench: ## Measure package api beside its alternatives
	cd tests/bench && go run .

.PHONY: build
build: ## Build the command into bin/
	go build -o bin/slackadmin$(EXE) ./cmd/slackadmin

.PHONY: generate
generate: ## Check the spec and regenerate everything from it
	go generate ./...

.PHONY: add
add: ## Add METHOD to the spec from Slack's reference, and generate
	@test -n "$(METHOD)" || { echo 'want a method, as in: make add METHOD=admin.users.remove' >&2; exit 2; }
	go run ./internal/specimport $(if $(FROM),--from "$(FROM)") $(METHOD)
	go generate ./...

.PHONY: check
check: ## Say what has changed in Slack's reference since a method was added
	go run ./internal/specimport $(if $(FROM),--from "$(FROM)") --check

.PHONY: import-all
import-all: ## Try all methods of a clone of Slack's reference, in FROM, on a copy
	bash tests/import-all "$(FROM)"

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Run the linters
	$(GOLANGCI_LINT) run
	go -C tests/bench vet ./...

.PHONY: tidy
tidy: ## Check that go.mod and go.sum are tidy
	go mod tidy -diff
	go -C tests/bench mod tidy -diff

.PHONY: clients
clients: ## Compile clients that oapi-codegen and openapi-typescript make of the spec
	bash tests/clients/run

.PHONY: memory
memory: ## Measure the memory of large jobs, without the race detector
	go test -count=1 -run TestManySessions ./tests -args -pages=1000
	go test -count=1 -run TestMemory ./api/signout -args -crowd=100000

.PHONY: ci
ci: tidy generate unchanged lint test extend memory clients ## Run all that CI runs
	$(MAKE) fuzz FUZZTIME=3000x # inputs; at a time limit, a busy machine fails it now and then

# What generate made has to be what is committed.
.PHONY: unchanged
unchanged:
	git diff --exit-code -- '*.gen.go' generated
	test -z "$$(git ls-files --others --exclude-standard -- '*.gen.go' generated)"

# What a release has besides the binary. It is made of the commit alone, whenever it is.
VERSION = $(shell git describe --tags --always --dirty)
.PHONY: extras
extras: ## Write completions, man pages and licences to bin/extras/
	rm -rf bin/extras
	mkdir -p bin/extras/completions bin/extras/man
	go build -ldflags '-X main.release=$(VERSION)' -o bin/extras/slackadmin$(EXE) ./cmd/slackadmin
	$(foreach shell,bash zsh fish powershell,bin/extras/slackadmin$(EXE) completion $(shell) > bin/extras/completions/slackadmin.$(shell) &&) true
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) bin/extras/slackadmin$(EXE) man bin/extras/man
	bash .github/licenses bin/extras/licenses

GORELEASE := PATH="$(CURDIR)/$(dir $(SYFT)):$$PATH" SYFT_CHECK_FOR_APP_UPDATE=false $(GORELEASER)

# Images need a Docker engine.
.PHONY: snapshot
snapshot: $(GORELEASER) $(SYFT) ## Build a release into dist/ without publishing it
	$(GORELEASER) check
	$(GORELEASE) release --snapshot --clean $(if $(shell docker info 2>/dev/null | grep Server.Version),,--skip=docker)

.PHONY: release
release: $(GORELEASER) $(SYFT) ## Publish a release of the tag, as the workflow does; SKIP=docker,publish only builds it
	$(GORELEASE) release --clean $(if $(SKIP),--skip=$(SKIP))

.PHONY: vuln
vuln: ## Look for known vulnerabilities
	go run golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION) ./...

.PHONY: apidiff
apidiff: ## Compare what package api exports with the last tag
	@tag=$$(git describe --tags --abbrev=0 2>/dev/null) || { echo "there is no tag to compare with yet"; exit 0; }; \
	old=$$(mktemp -d) && trap 'git worktree remove --force '$$old EXIT && git worktree add --quiet --detach $$old $$tag && \
	apidiff="go run golang.org/x/exp/cmd/apidiff@$(APIDIFF_VERSION)" && \
	(cd $$old && $$apidiff -w $(CURDIR)/bin/api.$$tag ./api) && \
	$$apidiff bin/api.$$tag ./api

$(GOLANGCI_LINT):
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv bin/golangci-lint$(EXE) $@

$(GREMLINS):
	GOBIN=$(CURDIR)/bin go install github.com/go-gremlins/gremlins/cmd/gremlins@$(GREMLINS_VERSION)
	mv bin/gremlins$(EXE) $@

$(GORELEASER):
	GOBIN=$(CURDIR)/bin go install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
	mv bin/goreleaser$(EXE) $@

$(SYFT):
	GOBIN=$(CURDIR)/$(@D) go install github.com/anchore/syft/cmd/syft@$(SYFT_VERSION)
