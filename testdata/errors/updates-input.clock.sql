CREATE TABLE t (k STRING) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT k, CURRENT_TIMESTAMP AS at, COUNT(*) AS n FROM t GROUP BY k HAVING CURRENT_DATE > DATE '2026-01-01';
