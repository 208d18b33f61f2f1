CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '${chanel}/x', 'format' = 'json');
SELECT a FROM t;
