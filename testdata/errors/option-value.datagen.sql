CREATE TABLE g (id INT, tiny TINYINT, name STRING, c CHAR(3), paid BOOLEAN, at_time TIMESTAMP(3), twice AS id * 2)
WITH (
  'connector' = 'datagen',
  'fields.id.min' = '10',
  'fields.id.max' = '9',
  'fields.tiny.max' = '1000',
  'fields.tiny.null-rate' = '2',
  'fields.name.min' = '1',
  'fields.c.length' = '5',
  'fields.paid.start' = '1',
  'fields.at_time.kind' = 'sequence',
  'fields.nmae.length' = '3',
  'fields.twice.max' = '3'
);
SELECT id FROM g;
