CREATE TABLE dead (raw STRING, `position` STRING, `time` TIMESTAMP_LTZ(3)) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'p2', 'format' = 'json', 'error-handling.mode' = 'dlq', 'error-handling.dead-letter-table' = 'dead');
CREATE TABLE o (a INT) WITH ('connector' = 'filesystem', 'path' = 'p3', 'format' = 'json');
INSERT INTO o SELECT a FROM t;
