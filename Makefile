# Every target here is a command the README names or CI runs.

GOLANGCI_LINT_VERSION := v2.15.0
GOLANGCI_LINT := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)

# The race detector needs a C compiler; Go turns cgo off where there is none.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: help
help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Sign users out of the embedded fake Slack, to see how it goes
	go run ./cmd/slackadmin demo

.PHONY: test
test: ## Run all tests, with the race detector where there is a C compiler
	go test $(RACE) ./...

# How long to fuzz each target.
FUZZTIME := 6m
FUZZ := api/FuzzAnswer api/FuzzRetryAfter api/FuzzToken api/FuzzBaseURL api/slacktest/FuzzRequest

.PHONY: fuzz
fuzz: ## Fuzz every target for FUZZTIME, half an hour in all
	$(foreach target,$(FUZZ),go test ./$(patsubst %/,%,$(dir $(target))) -run '^$$' -fuzz '^$(notdir $(target))$$' -fuzztime $(FUZZTIME) &&) true

.PHONY: bench
bench: ## Measure package api beside its alternatives
	cd tests/bench && go run .

.PHONY: build
build: ## Build the command into bin/
	go build -o bin/slackadmin ./cmd/slackadmin

.PHONY: generate
generate: ## Check the spec and regenerate everything from it
	go generate ./...

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Run the linters
	$(GOLANGCI_LINT) run
	go -C tests/bench vet ./...

.PHONY: tidy
tidy: ## Check that go.mod and go.sum are tidy
	go mod tidy -diff
	go -C tests/bench mod tidy -diff

.PHONY: ci
ci: tidy generate unchanged lint test ## Run all that CI runs
	$(MAKE) fuzz FUZZTIME=5s

# What generate made has to be what is committed.
.PHONY: unchanged
unchanged:
	git diff --exit-code -- '*.gen.go' generated
	test -z "$$(git ls-files --others --exclude-standard -- '*.gen.go' generated)"

$(GOLANGCI_LINT):
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv bin/golangci-lint $@
