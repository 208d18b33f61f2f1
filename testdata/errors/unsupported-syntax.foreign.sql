CREATE TABLE bids (auction BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
REPLACE INTO bids SELECT * FROM bids;
UPDATE bids SET price = 1;
MERGE INTO bids USING bids ON TRUE;
SHOW TABLES;
USE shop;
BEGIN;
