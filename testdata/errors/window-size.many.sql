CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
SELECT window_end, COUNT(*) FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '0.001' SECOND, INTERVAL '1' HOUR)) GROUP BY window_start, window_end;
