CREATE TABLE t (a INT, off BIGINT METADATA FROM 'offset', PRIMARY KEY (a) NOT ENFORCED) PARTITIONED BY (a) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
CREATE TABLE u LIKE t;
SELECT a FROM t;
