CREATE TABLE bad (raw STRING, why STRING, code INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'p2', 'format' = 'json', 'error-handling.mode' = 'dlq', 'error-handling.dead-letter-table' = 'bad');
CREATE TABLE u (a INT) WITH ('connector' = 'filesystem', 'path' = 'p3', 'format' = 'json', 'error-handling.mode' = 'dlq');
CREATE TABLE w (a INT) WITH ('connector' = 'filesystem', 'path' = 'p4', 'format' = 'json', 'error-handling.mode' = 'dlq', 'error-handling.dead-letter-table' = 'bda');
CREATE TABLE o (a INT) WITH ('connector' = 'filesystem', 'path' = 'p5', 'format' = 'json');
INSERT INTO o SELECT a FROM t;
INSERT INTO o SELECT a FROM u;
INSERT INTO o SELECT a FROM w;
