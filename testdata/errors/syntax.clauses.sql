CREATE TABLE bids (auction BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
SELECT channel, COUNT(*) FROM bids GROUP BY channel WHERE price > 1;
SELECT channel, COUNT(*) FROM bids HAVING COUNT(*) > 1 GROUP BY channel;
SELECT channel FROM bids LIMIT 1 ORDER BY channel;
SELECT channel FROM (SELECT channel FROM bids GROUP BY channel WHERE price > 1);
SELECT channel FROM bids WHERE price > 1 JOIN bids ON TRUE;
