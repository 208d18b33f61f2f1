CREATE TABLE g (id INT, name STRING)
WITH (
  'connector' = 'datagen',
  'rows-per-second' = '0',
  'number-of-rows' = '-5',
  'fields.name.length' = '0',
  'fields.id.kind' = 'ascending'
);
SELECT id FROM g;
