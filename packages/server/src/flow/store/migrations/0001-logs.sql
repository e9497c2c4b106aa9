CREATE TABLE IF NOT EXISTS logs
(
    project LowCardinality(String),
    timestamp DateTime64(9, 'UTC') CODEC(Delta(8), LZ4),
    received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    event_id UInt64 CODEC(Delta(8), LZ4),
    level LowCardinality(String),
    service LowCardinality(String),
    environment LowCardinality(String),
    host LowCardinality(String),
    source LowCardinality(String),
    message String CODEC(ZSTD(1)),
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    retention_days UInt16 CODEC(ZSTD(1)),
    -- Letters beyond ASCII are words of their own, so that `timeout` finds `timeout이`. The same expression stands in flow/query/compile/words.ts.
    INDEX words lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 ')))
        TYPE text(tokenizer = splitByNonAlpha, posting_list_codec = 'bitpacking'),
    INDEX trace_ids trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX attribute_values mapValues(attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX event_ids event_id TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
-- By day; events that were old when they arrived by year, so that an archive sent at once does not become thousands of parts.
PARTITION BY if(timestamp < received_at - toIntervalDay(400), toUInt32(toYear(timestamp)), toYYYYMMDD(timestamp))
ORDER BY (project, timestamp)
-- Kept for retention_days from its arrival, so that an old file sent today is not gone tomorrow.
TTL toDateTime(received_at) + toIntervalDay(retention_days)
SETTINGS
    map_serialization_version = 'with_buckets', -- where known
    map_serialization_version_for_zero_level_parts = 'basic', -- where known
    map_buckets_strategy = 'constant', -- where known
    max_buckets_in_map = 8, -- where known
    map_buckets_min_avg_size = 0, -- where known
    ttl_only_drop_parts = 1,
    non_replicated_deduplication_window = 10000,
    parts_to_delay_insert = 1000,
    parts_to_throw_insert = 3000;
