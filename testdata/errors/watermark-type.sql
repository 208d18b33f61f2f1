CREATE TABLE t (a INT, ts TIMESTAMP(6), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE u (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS a + 1) WITH ('connector' = 'filesystem', 'path' = 'p2', 'format' = 'json');
CREATE TABLE v (s STRING, WATERMARK FOR s AS s) WITH ('connector' = 'filesystem', 'path' = 'p3', 'format' = 'json');
SELECT a FROM t;
