CREATE TABLE bids (auction BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'bids.jsonl', 'format' = 'json');
SELECT price::STRING FROM bids;
SELECT price FROM bids WHERE price == 1 && auction > 2;
SELECT "price" FROM bids;
SELECT price FROM bids WHERE channel = "apple";
SELECT price # the price, isn't it
FROM bids;
SELECT price FROM bids WHERE auction = ?;
SELECT price FROM bids WHERE channel = ‘apple’;
SELECT price->>'x' FROM bids WHERE !(price > 1);
