CREATE TABLE t (
  id INT,
  ts TIMESTAMP_LTZ(3),
  read_at AS CAST(CURRENT_TIMESTAMP AS TIMESTAMP_LTZ(3)),
  WATERMARK FOR ts AS read_at
) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT id FROM t;
