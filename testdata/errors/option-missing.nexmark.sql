CREATE TABLE events (auction BIGINT) WITH ('connector' = 'nexmark', 'events.num' = '10');
SELECT auction FROM events;
