CREATE TABLE bids (a BIGINT, s STRING, d DATE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'data/bids.jsonl', 'format' = 'json');
CREATE TABLE one (a BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out/x', 'format' = 'json');
CREATE TABLE two (a BIGINT) WITH ('connector' = 'filesystem', 'path' = './out//x', 'format' = 'json');
CREATE TABLE three (a BIGINT) WITH ('connector' = 'filesystem', 'path' = 'data', 'format' = 'json');
CREATE TABLE four (a BIGINT) WITH ('connector' = 'filesystem', 'path' = 'elsewhere', 'format' = 'json');
INSERT INTO one SELECT a FROM bids;
INSERT INTO two SELECT a FROM bids;
INSERT INTO three SELECT a FROM bids;
INSERT INTO four SELECT a FROM four;
