-- Bids per channel and ten seconds, written to files exactly once. The checkpoint is beside this file, in
-- exactly_once_files.state. Kill the query at any moment and start it again.
CREATE TABLE bids (
  channel  STRING,
  price    BIGINT,
  dateTime TIMESTAMP(3),
  WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND
) WITH (
  'connector' = 'filesystem',
  'path'      = '../../testdata/data/bids.jsonl',
  'format'    = 'json',
  'scan.max-rows-per-trigger' = '100'   -- many small epochs, so that there is something to kill
);

CREATE TABLE per_channel (
  window_end TIMESTAMP(3),
  channel    STRING,
  bids       BIGINT,
  highest    BIGINT
) WITH (
  'connector' = 'filesystem',
  'path'      = 'exactly_once_files.out',
  'format'    = 'json'
);

INSERT INTO per_channel
SELECT window_end, channel, COUNT(*), MAX(price)
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(dateTime), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, channel;
