CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${dir}/bids.jsonl', 'format' = 'json');
CREATE VIEW dear (a, p) AS SELECT auction, price FROM bids WHERE price > 100;
CREATE VIEW dearer AS SELECT a, p + 1 AS p FROM dear WHERE p < 1000;
SELECT a, p FROM dearer WHERE a = 7;
