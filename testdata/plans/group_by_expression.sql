CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${dir}/bids.jsonl', 'format' = 'json');
SELECT price / 10 + 1 AS bucket, MIN(rate) AS lo FROM bids GROUP BY price / 10;
