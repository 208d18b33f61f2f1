CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${dir}/bids.jsonl', 'format' = 'json');
SELECT CASE channel WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 3 END AS c1, CASE WHEN ok THEN 'yes' END AS c2, COALESCE(price, 0) AS c3,
  NULLIF(price, 1) AS c4, IF(ok, price, -1) AS c5, channel || '!' AS c6, TRY_CAST(channel AS INT) AS c7, ts + INTERVAL '1' DAY AS c8,
  EXTRACT(HOUR FROM ts) AS c9, channel LIKE 'x!%' ESCAPE '!' AS c10, price IN (1, 2, NULL) AS c11, auction NOT IN (price, 3) AS c12,
  ok IS NOT TRUE AS c13, price BETWEEN SYMMETRIC 1 AND 9 AS c14, NOT (price = 1 OR ok) AS c15, price IS DISTINCT FROM auction AS c16, CURRENT_DATE AS c17, NULL AS c18, 1.50 AS c19, 1e3 AS c20, -5 AS c21, DATE '2026-01-31' AS c22
FROM bids;
