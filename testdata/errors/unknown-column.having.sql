CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT k, v * 2 AS twice, COUNT(*) AS n FROM t WHERE twice > 3 GROUP BY k, v HAVING n > 1 AND K = 'a';
