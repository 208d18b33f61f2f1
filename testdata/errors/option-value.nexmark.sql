CREATE TABLE bid (auction BIGINT)
WITH (
  'connector' = 'nexmark',
  'nexmark.table' = 'bid',
  'bid.proportion' = '0',
  'partitions' = '5000',
  'base-time' = 'now',
  'bid.avg-size' = '1 gb'
);
SELECT auction FROM bid;
