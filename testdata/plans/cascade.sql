CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${dir}/bids.jsonl', 'format' = 'json');
WITH small AS (SELECT channel, window_time, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time, channel)
SELECT window_end, SUM(n) AS n FROM TABLE(TUMBLE(TABLE small, DESCRIPTOR(window_time), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
