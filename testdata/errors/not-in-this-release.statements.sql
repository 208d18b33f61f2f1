CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
DROP TABLE bids;
RESET 'pipeline.name';
EXPLAIN SELECT price FROM bids;
INSERT OVERWRITE bids SELECT * FROM bids;
