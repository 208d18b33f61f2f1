-- Bids of an auction site, counted per channel in windows of ten seconds of event time.
-- Rows may come up to four seconds late; a window closes when the watermark has passed its end.
CREATE TABLE bids (
  auction  BIGINT,
  bidder   BIGINT,
  price    BIGINT,
  channel  STRING,
  url      STRING,
  dateTime TIMESTAMP(3),
  extra    STRING,
  WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND
) WITH (
  'connector' = 'filesystem',
  'path'      = '../testdata/data/bids.jsonl',
  'format'    = 'json'
);

SELECT window_start, window_end, channel,
       COUNT(*)   AS bids,
       MAX(price) AS highest,
       AVG(price) AS average
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(dateTime), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, channel
HAVING COUNT(*) >= 10;
