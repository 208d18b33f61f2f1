#!/usr/bin/env python3
"""What a trigger costs against the size of the state, and how long a restart takes.

For each size: load that many groups of an unwindowed GROUP BY, then drop files with 100 rows on existing keys and read
the time of each trigger from `--progress json`; stop, start again, and take the time to the first line that says the
query has resumed.

usage: bench/trigger_cost.py [SIZES…]      (default 10000 100000 1000000 10000000; needs bench/out/streamsql)
"""
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time

root = os.path.dirname(os.path.abspath(__file__))
binary = os.path.join(root, "out", "streamsql")
work = os.path.join(root, "out", "trigger")
QUERY = """
CREATE TABLE t (k BIGINT, v BIGINT) WITH ('connector'='filesystem','path'='in','format'='json','source.monitor-interval'='20ms',
  'scan.max-bytes-per-trigger'='1gb','scan.max-rows-per-trigger'='100000000');
CREATE TABLE o (k BIGINT, n BIGINT, s BIGINT) WITH ('connector'='blackhole');
INSERT INTO o SELECT k, COUNT(*), SUM(v) FROM t GROUP BY k;
"""


def start():
    began = time.monotonic()
    p = subprocess.Popen([binary, "run", "q.sql", "--progress", "json"], cwd=work, stderr=subprocess.PIPE, text=True)
    return p, began


def events(p):
    for line in p.stderr:
        if line.startswith("{"):
            yield json.loads(line)


def put(name, rows):
    tmp = os.path.join(work, "." + name)
    with open(tmp, "w") as f:
        f.writelines(rows)
    os.rename(tmp, os.path.join(work, "in", name))


print(f"{'groups':>10} {'trigger, 100 keys (median ms)':>30} {'90th':>7} {'restart to resumed (s)':>23}")
for size in [int(a) for a in sys.argv[1:]] or [10_000, 100_000, 1_000_000, 10_000_000]:
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(os.path.join(work, "in"))
    with open(os.path.join(work, "q.sql"), "w") as f:
        f.write(QUERY)
    put("load.jsonl", (f'{{"k":{i},"v":{i % 7}}}\n' for i in range(size)))
    p, _ = start()
    seen, stream = 0, events(p)
    while seen < size:
        seen += next(stream)["numInputRows"]
    took = []
    for n in range(30):
        put(f"d{n:03}.jsonl", (f'{{"k":{(i * 7919 + n) % size},"v":1}}\n' for i in range(100)))
        e = next(stream)
        while e["numInputRows"] == 0:
            e = next(stream)
        took.append(e["elapsedMicros"] / 1000)
    p.send_signal(signal.SIGTERM)
    p.stderr.read()
    p.wait()
    p, began = start()
    for line in p.stderr:
        if "resumes after" in line:
            break
    restart = time.monotonic() - began
    p.send_signal(signal.SIGTERM)
    p.stderr.read()
    p.wait()
    took.sort()
    print(f"{size:>10} {statistics.median(took):>30.2f} {took[int(len(took) * .9)]:>7.2f} {restart:>23.2f}", flush=True)
shutil.rmtree(work, ignore_errors=True)
