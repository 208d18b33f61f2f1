CREATE TABLE g (id INT) WITH ('connector' = 'datagen', 'fields.id.knd' = 'sequence', 'row-per-second' = '1', 'format' = 'json');
SELECT id FROM g;
