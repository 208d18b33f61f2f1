CREATE TABLE bids (auction BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
CREATE TABLE out (a BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
INSERT INTO out SELECT a.wrong1 FROM bids AS a JOIN bids AS b ON a.auction = b.auction WHERE b.price > 1 AND c.price = 2;
INSERT INTO out SELECT wrong2 FROM bids /*+ OPTIONS('a' = 'b') */;
INSERT INTO out SELECT SUM(wrong3) OVER (ORDER BY ts) FROM bids;
INSERT INTO out SELECT COUNT(DISTINCT wrong4) FROM bids;
INSERT INTO out SELECT price FROM bids WHERE wrong5 IN (SELECT price FROM bids);
INSERT INTO out SELECT wrong6 FROM TABLE(SESSION(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' SECOND)) WHERE window_end > ts;
