CREATE TABLE t (a DECIMAL(40, 2), b DECIMAL(4, 6), c VARCHAR(0), d TIMESTAMP(12), e INT(4), f DECIMAL(1, 2, 3)) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT a FROM t;
