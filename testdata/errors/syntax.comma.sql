CREATE TABLE bids (auction BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
SELECT auction, price, FROM bids;
SELECT COUNT(*) FROM bids GROUP BY auction, price, ;
SELECT price FROM bids WHERE auction IN (1, 2, );
SELECT COALESCE(price, ) FROM bids;
CREATE TABLE t (a INT, b INT, ) WITH ('connector' = 'print');
CREATE TABLE u (a INT) WITH ('connector' = 'print', );
WITH a AS (SELECT price FROM bids), SELECT price FROM a;
