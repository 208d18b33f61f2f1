CREATE TABLE t (a ARRAY<INT>, m MAP<STRING, INT>, r ROW<x INT>, b BYTES, c TIME(3), d TIMESTAMP(9)) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT 1 FROM t;
