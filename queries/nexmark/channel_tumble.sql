-- Count, highest, average and sum of the bids per channel and ten seconds.
CREATE TABLE bid (
  auction  BIGINT,
  bidder   BIGINT,
  price    BIGINT,
  channel  STRING,
  url      STRING,
  dateTime TIMESTAMP(3),
  extra    STRING,
  WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${data}', 'format' = 'json');

CREATE TABLE result (
  window_end TIMESTAMP(3), channel STRING, bids BIGINT, highest BIGINT, average BIGINT, total BIGINT
) WITH ('connector' = 'filesystem', 'path' = '${out}', 'format' = 'json');

INSERT INTO result
SELECT window_end, channel, COUNT(*), MAX(price), AVG(price), SUM(price)
FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, channel;
