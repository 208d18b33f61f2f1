CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'paht' = 'p', 'format' = 'json', 'zzz' = '1');
SELECT a FROM t;
