CREATE TABLE t (a INT);
CREATE TABLE u (a INT) WITH ('connector' = 'filesystem', 'path' = 'p');
CREATE TABLE v (a INT) WITH ('connector' = 'filesystem', 'format' = 'json');
SELECT a FROM v;
