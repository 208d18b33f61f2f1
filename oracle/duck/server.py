"""DuckDB behind standard input and output: one JSON request a line, one JSON answer a line.

{"sql": "..."}  →  {"rows": [["1", null, ...], ...]}  or  {"error": "..."}

Values come as text, NULL as null. The oracle's Go side starts it once and asks thousands of questions.
"""
import datetime
import decimal
import json
import sys

import duckdb


def text(v):
    if v is None:
        return None
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, float):
        return repr(v)
    if isinstance(v, decimal.Decimal):
        return format(v, "f")
    if isinstance(v, datetime.datetime):
        return v.strftime("%Y-%m-%d %H:%M:%S.") + "%06d" % v.microsecond
    return str(v)


db = duckdb.connect()
db.execute("SET threads = 1")
print(json.dumps({"version": duckdb.__version__}), flush=True)
for line in sys.stdin:
    try:
        cur = db.execute(json.loads(line)["sql"])
        rows = cur.fetchall() if cur.description else []
        answer = {"rows": [[text(v) for v in row] for row in rows]}
    except Exception as e:  # the message goes to the test
        answer = {"error": str(e)}
    print(json.dumps(answer), flush=True)
