CREATE TABLE t (a INT) WITH ('connector' = 'filesytem', 'path' = 'p', 'format' = 'json');
SELECT a FROM t;
