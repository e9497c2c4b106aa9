CREATE TABLE IF NOT EXISTS spans
(
    project LowCardinality(String),
    -- When it began.
    timestamp DateTime64(9, 'UTC') CODEC(Delta(8), LZ4),
    received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    parent_span_id String CODEC(ZSTD(1)),
    trace_state String CODEC(ZSTD(1)),
    name LowCardinality(String),
    -- internal, server, client, producer, consumer or ''.
    kind LowCardinality(String),
    duration_ns UInt64 CODEC(ZSTD(1)),
    -- ok, error or ''.
    status LowCardinality(String),
    status_message String CODEC(ZSTD(1)),
    service LowCardinality(String),
    environment LowCardinality(String),
    host LowCardinality(String),
    source LowCardinality(String),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    -- JSON arrays.
    events String CODEC(ZSTD(3)),
    links String CODEC(ZSTD(3)),
    retention_days UInt16 CODEC(ZSTD(1)),
    INDEX trace_ids trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX attribute_values mapValues(attributes) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY if(timestamp < received_at - toIntervalDay(400), toUInt32(toYear(timestamp)), toYYYYMMDD(timestamp))
ORDER BY (project, timestamp)
TTL toDateTime(received_at) + toIntervalDay(retention_days)
SETTINGS
    map_serialization_version = 'with_buckets', -- where known
    map_serialization_version_for_zero_level_parts = 'basic', -- where known
    map_buckets_strategy = 'constant', -- where known
    max_buckets_in_map = 8, -- where known
    map_buckets_min_avg_size = 0, -- where known
    min_level_for_wide_part = 1, -- where known
    ttl_only_drop_parts = 1,
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    old_parts_lifetime = 30,
    cleanup_delay_period = 10,
    cleanup_delay_period_random_add = 2,
    max_cleanup_delay_period = 30,
    parts_to_delay_insert = 1000,
    parts_to_throw_insert = 3000;
