CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json', 'password' = '${env:MISSING}');
SELECT a FROM t;
