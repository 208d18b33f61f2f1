CREATE TABLE bids (
  ts TIMESTAMP(3),
  channel STRING,
  price BIGINT,
  cents AS price * 100,
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = '${bids.path}',
  'format' = 'json',
  'scan.max-rows-per-trigger' = '30',
  'error-handling.mode' = 'dlq',
  'error-handling.dead-letter-table' = 'bad'
);

CREATE TABLE bad (
  raw STRING,
  code STRING
) WITH (
  'connector' = 'filesystem',
  'path' = '${bad.path}',
  'format' = 'json'
);

CREATE TABLE windows (
  channel STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  n BIGINT,
  total BIGINT,
  mean DOUBLE
) WITH (
  'connector' = 'filesystem',
  'path' = '${windows.path}',
  'format' = 'json'
);

CREATE TABLE fives (
  window_time TIMESTAMP(3),
  lo BIGINT,
  hi BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = '${fives.path}',
  'format' = 'json'
);

CREATE TABLE totals (
  channel STRING,
  n BIGINT,
  dear BIGINT,
  total BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = '${totals.path}',
  'format' = 'changelog-json'
);

CREATE TABLE expensive (
  ts TIMESTAMP(3),
  channel STRING,
  price BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = '${expensive.path}',
  'format' = 'json'
);

CREATE TABLE windowed (
  window_end TIMESTAMP(3),
  price BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = '${windowed.path}',
  'format' = 'json'
);

INSERT INTO windows
SELECT channel, window_start, window_end, COUNT(*), SUM(cents), AVG(price)
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND))
WHERE price < 950
GROUP BY channel, window_start, window_end;

INSERT INTO fives
SELECT TUMBLE_ROWTIME(ts, INTERVAL '5' SECOND), MIN(price), MAX(price) FILTER (WHERE channel <> 'ads')
FROM bids
GROUP BY TUMBLE(ts, INTERVAL '5' SECOND);

INSERT INTO totals
SELECT channel, COUNT(*), COUNT(*) FILTER (WHERE price > 500), SUM(price)
FROM bids
GROUP BY channel
HAVING COUNT(*) > 3;

INSERT INTO expensive
SELECT ts, channel, price
FROM bids
WHERE price >= 900;

INSERT INTO windowed
SELECT window_end, price
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND))
WHERE channel = 'ads';
