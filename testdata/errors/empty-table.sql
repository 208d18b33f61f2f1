CREATE TABLE t (a AS 1) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT a FROM t;
