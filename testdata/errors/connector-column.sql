CREATE TABLE bid (
  auction BIGINT, date_time TIMESTAMP(3), price INT, category BIGINT, tax AS price * 2
) WITH ('connector' = 'nexmark', 'nexmark.table' = 'bid');
CREATE TABLE g (name VARCHAR(1000000)) WITH ('connector' = 'datagen');
SELECT auction FROM bid;
