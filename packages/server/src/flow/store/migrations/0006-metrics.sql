-- One row a data point.
CREATE TABLE IF NOT EXISTS metrics
(
    project LowCardinality(String),
    timestamp DateTime64(9, 'UTC') CODEC(Delta(8), LZ4),
    received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    name LowCardinality(String),
    -- gauge, sum, histogram, summary.
    kind LowCardinality(String),
    unit LowCardinality(String),
    -- Of gauges and sums; of histograms and summaries the sum of what was measured.
    value Float64 CODEC(ZSTD(1)),
    -- Of histograms and summaries: how often it was measured, the least and the greatest (NaN where the sender does not tell).
    count UInt64 CODEC(ZSTD(1)),
    min Float64 CODEC(ZSTD(1)),
    max Float64 CODEC(ZSTD(1)),
    -- Of histograms: upper bounds, and the count up to each (one more, for what is above all). Of summaries: quantiles and their values.
    bounds Array(Float64) CODEC(ZSTD(1)),
    buckets Array(Float64) CODEC(ZSTD(1)),
    -- cumulative or delta, of what adds up since `start`; '' of gauges.
    temporality LowCardinality(String),
    is_monotonic Bool CODEC(ZSTD(1)),
    start DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    service LowCardinality(String),
    environment LowCardinality(String),
    host LowCardinality(String),
    source LowCardinality(String),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    retention_days UInt16 CODEC(ZSTD(1)),
    INDEX attribute_values mapValues(attributes) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY if(timestamp < received_at - toIntervalDay(400), toUInt32(toYear(timestamp)), toYYYYMMDD(timestamp))
ORDER BY (project, name, service, timestamp)
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
