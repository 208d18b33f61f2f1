.PHONY: build test lint bench fmt oracle kill

build: ## one static binary
	CGO_ENABLED=0 go build -trimpath -o streamsql ./cmd/streamsql

test: ## what README says, and what CI runs first
	go test ./...

race: ## needs cgo
	CGO_ENABLED=1 go test -race ./exec/... ./state/... ./wal/... ./sinks/... ./sources/... ./internal/...

lint:
	cd tools && go build -o ../bench/out/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	bench/out/golangci-lint run --allow-parallel-runners ./...

bench: ## kernels and tables; whole-process figures: bench/run.sh
	go test -run '^$$' -bench . -benchmem ./internal/... ./exec/... ./state/...

oracle: ## random queries against DuckDB; needs cgo and g++
	cd oracle && CGO_ENABLED=1 go test ./...

fmt:
	gofmt -w $$(git ls-files '*.go')
