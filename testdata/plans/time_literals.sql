CREATE TABLE bids (a BIGINT, s STRING, d DATE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
SELECT CASE d WHEN '2026-01-01' THEN 1 ELSE 2 END AS c FROM bids
WHERE ts IN ('2026-01-01 00:00:00', '2026-01-02 00:00:00') AND d NOT IN ('2026-01-01') AND '2026-01-03' BETWEEN d AND d AND '2026-01-01' IN (d);
