CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
SELECT ARRAY[1, 2], (1, 2), channel SIMILAR TO 'x', TIME '10:00:00', RAND(), UUID() FROM bids;
