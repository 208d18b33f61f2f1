CREATE TABLE bids (ts TIMESTAMP(3), price BIGINT, tax BIGINT, channel STRING, WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
CREATE TABLE out (a BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'changelog-json');
CREATE VIEW totals AS SELECT channel, SUM(price) AS total, SUM(tax) AS total FROM bids GROUP BY channel;
CREATE VIEW named (channel, price, tax) AS SELECT channel, SUM(price) AS total, SUM(tax) AS total FROM bids GROUP BY channel;
INSERT INTO out SELECT price + b.price AS one FROM (SELECT price, tax AS price FROM bids) AS b;
INSERT INTO out SELECT total FROM totals WHERE total > 1;
INSERT INTO out SELECT tax FROM named;
