CREATE TABLE a (ts TIMESTAMP(3), k STRING, v INT, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector'='filesystem','path'='a.jsonl','format'='json');
CREATE TABLE b (at TIMESTAMP(3), k STRING, v BIGINT, WATERMARK FOR at AS at - INTERVAL '1' SECOND) WITH ('connector'='filesystem','path'='b.jsonl','format'='json');
CREATE VIEW joined AS SELECT ts, k, v FROM a UNION ALL SELECT * FROM b;
SELECT window_end, k, COUNT(*) n, SUM(v) s FROM TABLE(TUMBLE(TABLE joined, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, k;
