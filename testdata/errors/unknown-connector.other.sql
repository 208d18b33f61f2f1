CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'topic' = 'p', 'format' = 'json');
SELECT a FROM t;
