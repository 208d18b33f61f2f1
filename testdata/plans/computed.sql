SET 'pipeline.name' = 'computed';
SET 'table.exec.mini-batch.enabled' = 'true';
CREATE TABLE t (`raw time` STRING, a INT, b AS a * 2, ts AS CAST(`raw time` AS TIMESTAMP(3)), unused INT, WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'json');
SELECT b FROM t;
