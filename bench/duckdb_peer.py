"""The same work in DuckDB: plain batch SQL over the same files, two threads, result to JSON lines.

usage: duckdb_peer.py QUERY DATA OUT    (pip install duckdb)
"""
import sys

import duckdb

QUERIES = {
    "q0": "SELECT auction, bidder, price, dateTime, extra FROM bid",
    "q1": "SELECT auction, bidder, 0.908 * price AS price, dateTime, extra FROM bid",
    "q2": "SELECT auction, price FROM bid WHERE auction % 123 = 0",
    "channel_tumble": """
        SELECT time_bucket(INTERVAL 10 SECOND, dateTime) + INTERVAL 10 SECOND AS window_end, channel,
               count(*) AS bids, max(price) AS highest, sum(price) // count(price) AS average, sum(price) AS total
        FROM bid GROUP BY ALL""",
}

name, data, out = sys.argv[1:4]
db = duckdb.connect()
db.execute("SET threads = 2")
db.execute("SET preserve_insertion_order = false")
db.execute(f"""
    COPY (WITH bid AS (
        SELECT * FROM read_json('{data}', format = 'newline_delimited', columns = {{
            auction: 'BIGINT', bidder: 'BIGINT', price: 'BIGINT', channel: 'VARCHAR', url: 'VARCHAR',
            dateTime: 'TIMESTAMP', extra: 'VARCHAR'}})
    ) {QUERIES[name]}) TO '{out}' (FORMAT json)""")
