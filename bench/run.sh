#!/usr/bin/env bash
# Whole-process runs over generated bids: streamsql with exactly-once files against DuckDB's batch run on the same file, in
# turn, in one run. Prints CPU nanoseconds per event (user + system) and wall seconds: minimum of the rounds, and the
# median of the ratios round by round (other work on a shared machine hits both).
#
# usage: bench/run.sh [EVENTS] [ROUNDS]     needs Go, python3 and its duckdb package
set -euo pipefail
cd "$(dirname "$0")/.."
events=${1:-5000000}; rounds=${2:-5}; bids=$((events * 46 / 50))
mkdir -p bench/data bench/out
CGO_ENABLED=0 go build -trimpath -o bench/out/streamsql ./cmd/streamsql
data=$PWD/bench/data/bids-$events.jsonl
[ -f "$data" ] || go run ./bench/cmd/gen --bids "$bids" --out "$data"
python3 - "$events" "$rounds" "$data" "$PWD" <<'PY'
import os, resource, shutil, statistics, subprocess, sys, time
events, rounds, data, root = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]

def run(cmd):
    before, t = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime), time.monotonic() - t

def ours(q):
    out, state = f"{root}/bench/out/{q}.out", f"{root}/bench/out/{q}.state"
    for d in (out, state):
        shutil.rmtree(d, ignore_errors=True)
    return run([f"{root}/bench/out/streamsql", "run", f"{root}/queries/nexmark/{q}.sql", "--state", state,
                "--var", f"data={data}", "--var", f"out={out}", "--lanes", "2"])

def duck(q):
    return run([sys.executable, f"{root}/bench/duckdb_peer.py", q, data, f"{root}/bench/out/{q}.duck.json"])

print(f"{events} events ({os.path.getsize(data) / 1e6:.0f} MB), {rounds} rounds, {os.cpu_count()} processors")
print(f"{'query':16} {'CPU-ns/event':>13} {'wall s':>7} {'DuckDB CPU-ns':>14} {'wall s':>7} {'CPU ratio':>10}")
for q in ("q0", "q1", "q2", "channel_tumble"):
    a, b = [], []
    for _ in range(rounds):
        a.append(ours(q)); b.append(duck(q))
    ratio = statistics.median(x[0] / y[0] for x, y in zip(a, b))
    ca, cb = min(x[0] for x in a), min(x[0] for x in b)
    print(f"{q:16} {ca / events * 1e9:13.0f} {min(x[1] for x in a):7.2f} {cb / events * 1e9:14.0f} {min(x[1] for x in b):7.2f} {ratio:10.2f}")
PY
