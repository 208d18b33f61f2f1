CREATE TABLE t (a INT, p AS PROCTIME()) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT a FROM t;
