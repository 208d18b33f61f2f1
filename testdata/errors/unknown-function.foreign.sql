CREATE TABLE bids (auction BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
SELECT DATEDIFF(day, ts, ts) AS a, DATE_TRUNC('hour', ts) AS b, GETDATE() AS c, NVL(price, 0) AS d, TO_CHAR(ts, 'YYYY') AS e,
  STRPOS(channel, 'a') AS f, COUNTIF(price > 1) AS g, frobnicate(price, nothing) AS h
FROM bids;
