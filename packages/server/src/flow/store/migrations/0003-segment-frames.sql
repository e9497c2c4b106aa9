-- Frame indexes of segments that are sent to a store on another machine, which cannot read them from the sender's disk.
CREATE TABLE IF NOT EXISTS segment_frames
(
    segment String,
    sent_at DateTime('UTC'),
    header_row UInt64,
    project String,
    source String,
    received_at_ms Int64,
    service String,
    environment String,
    host String,
    attributes Map(String, String),
    time_fields Array(String),
    message_fields Array(String),
    level_fields Array(String),
    numeric_levels String,
    timezone String
)
ENGINE = MergeTree
ORDER BY (segment, header_row)
TTL sent_at + INTERVAL 1 DAY
SETTINGS non_replicated_deduplication_window = 10000;
