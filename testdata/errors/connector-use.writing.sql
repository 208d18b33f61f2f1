CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE g (a INT) WITH ('connector' = 'generator', 'format' = 'json');
INSERT INTO g SELECT a FROM t;
