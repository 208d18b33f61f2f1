CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
CREATE TABLE bids (a INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE t (a INT, a STRING) WITH ('connector' = 'filesystem', 'path' = 'p2', 'format' = 'json');
CREATE VIEW v (x, x) AS SELECT price, channel FROM bids;
WITH q AS (SELECT price FROM bids), q AS (SELECT price FROM bids) SELECT price FROM q;
