CREATE TABLE IF NOT EXISTS logs_10s
(
    project LowCardinality(String),
    time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    service LowCardinality(String),
    environment LowCardinality(String),
    level LowCardinality(String),
    events UInt64 CODEC(ZSTD(1)),
    bytes UInt64 CODEC(ZSTD(1)),
    expires SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree((events, bytes))
PARTITION BY toYYYYMM(time)
ORDER BY (project, time, service, environment, level)
TTL expires
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS logs_10s_feed TO logs_10s AS
SELECT
    project,
    toDateTime(toStartOfInterval(timestamp, INTERVAL 10 SECOND), 'UTC') AS time,
    service,
    environment,
    level,
    count() AS events,
    sum(length(message) + arraySum(arrayMap(v -> length(v), mapValues(attributes)))) AS bytes,
    max(toDateTime(received_at, 'UTC') + toIntervalDay(retention_days)) AS expires
FROM logs
GROUP BY project, time, service, environment, level;
