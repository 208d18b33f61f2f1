CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE o (a INT) WITH ('connector' = 'print', 'format' = 'json');
INSERT INTO o SELECT a FROM t;
