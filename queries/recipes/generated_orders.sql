-- A query before there is data: orders are made up, 200 a second, and their totals per ten seconds go to files. Kill it
-- and start it again: it resumes with the row after the last one that is committed. Ids, customers and amounts are the
-- same in every run; with --trigger available-now it takes no longer than it has to.
CREATE TABLE orders (
  id       BIGINT,
  customer INT,
  amount   DECIMAL(8, 2),
  note     STRING,
  placed   TIMESTAMP(3),   -- when the row is due, up to 2 seconds earlier
  WATERMARK FOR placed AS placed - INTERVAL '2' SECOND
) WITH (
  'connector'              = 'datagen',
  'rows-per-second'        = '200',
  'fields.id.kind'         = 'sequence',
  'fields.id.start'        = '1',
  'fields.id.end'          = '1000',
  'fields.customer.min'    = '1',
  'fields.customer.max'    = '20',
  'fields.amount.min'      = '0.99',
  'fields.amount.max'      = '500',
  'fields.note.length'     = '8',
  'fields.note.null-rate'  = '0.5',
  'fields.placed.max-past' = '2 s'
);

CREATE TABLE totals (
  window_end TIMESTAMP(3), orders BIGINT, notes BIGINT, amount DECIMAL(38, 2), last_id BIGINT
) WITH ('connector' = 'filesystem', 'path' = 'generated_orders.out', 'format' = 'json');

INSERT INTO totals
SELECT window_end, COUNT(*), COUNT(note), SUM(amount), MAX(id)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
