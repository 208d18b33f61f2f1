CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json', 'source.monitor-interval' = 'soon', 'error-handling.mode' = 'shrug');
SELECT a FROM t;
