CREATE TABLE t (a INTT, b STRNG, c UUID) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT a FROM t;
