CREATE TABLE t (a TEXT, b LONG, c DATETIME, d SERIAL, e INT64, f TIMESTAMPTZ, g BOOL, h JSON, i UUID, j REAL) WITH ('connector' = 'print');
