CREATE TABLE bids (
  auction BIGINT, price BIGINT, channel STRING, rate DECIMAL(10, 2), ok BOOLEAN, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${dir}/bids.jsonl', 'format' = 'json');
CREATE TABLE o1 (a BIGINT, b DECIMAL(20, 4), c STRING) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE o2 (n BIGINT NOT NULL, e TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = 'p2', 'format' = 'json');
CREATE TABLE o3 (channel STRING, n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'p3', 'format' = 'changelog-json');
EXECUTE STATEMENT SET BEGIN
INSERT INTO o1 (a, b) SELECT auction, price FROM bids WHERE ok;
INSERT INTO o1 SELECT price, rate, channel FROM bids WHERE ok;
INSERT INTO o2 SELECT COUNT(*), window_end FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
INSERT INTO o3 SELECT channel, COUNT(*) FROM bids GROUP BY channel;
END;
