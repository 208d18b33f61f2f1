CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
CREATE TABLE o (a BIGINT, b BIGINT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
INSERT INTO o SELECT auction FROM bids;
INSERT INTO o (a) SELECT auction, price FROM bids;
