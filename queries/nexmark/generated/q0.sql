-- Nexmark q0 over generated bids: every bid, unchanged, and thrown away. Measures the engine without a disk.
CREATE TABLE bid (
  auction  BIGINT,
  bidder   BIGINT,
  price    BIGINT,
  channel  STRING,
  url      STRING,
  dateTime TIMESTAMP(3),
  extra    STRING,
  WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND
) WITH (
  'connector' = 'nexmark', 'nexmark.table' = 'bid', 'seed' = '1', 'events.num' = '10000000',
  'first-event.rate' = '10000000', 'next-event.rate' = '10000000'
);

CREATE TABLE result (
  auction BIGINT, bidder BIGINT, price BIGINT, dateTime TIMESTAMP(3), extra STRING
) WITH ('connector' = 'blackhole');

INSERT INTO result SELECT auction, bidder, price, dateTime, extra FROM bid;
