-- What happens to records that cannot be read: they go to a table of their own, with the raw bytes, the reason and the
-- place; the others go on. Nothing vanishes.
CREATE TABLE orders (
  id     BIGINT NOT NULL,
  amount DECIMAL(10, 2),
  placed TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path'      = '../../testdata/data/orders_with_faults.jsonl',
  'format'    = 'json',
  'error-handling.mode'              = 'dlq',
  'error-handling.dead-letter-table' = 'bad_orders'
);

CREATE TABLE bad_orders (
  raw        STRING,
  `position` STRING,
  code       STRING,
  error      STRING
) WITH ('connector' = 'filesystem', 'path' = 'dead_letters.out/bad', 'format' = 'json');

CREATE TABLE good_orders (
  id     BIGINT,
  amount DECIMAL(10, 2),
  placed TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'dead_letters.out/good', 'format' = 'json');

INSERT INTO good_orders SELECT id, amount, placed FROM orders;
