CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS LOCALTIMESTAMP) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT ts FROM t;
