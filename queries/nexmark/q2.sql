-- Nexmark q2: bids on some auctions.
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

CREATE TABLE result (auction BIGINT, price BIGINT)
WITH ('connector' = 'filesystem', 'path' = '${out}', 'format' = 'json');

INSERT INTO result SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0;
