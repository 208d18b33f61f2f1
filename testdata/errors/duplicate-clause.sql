CREATE TABLE t (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT a FROM t;
