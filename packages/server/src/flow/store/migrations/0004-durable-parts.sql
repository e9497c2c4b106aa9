-- A segment leaves the spool once its part is written: the part must then outlive a power cut as the segment would have. Merged parts are on disk too, so
-- those they were made of need not wait eight minutes; the engine would look for them every five when few are left.
ALTER TABLE logs MODIFY SETTING
    min_level_for_wide_part = 1, -- where known
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    old_parts_lifetime = 30,
    cleanup_delay_period = 10,
    cleanup_delay_period_random_add = 2,
    max_cleanup_delay_period = 30;

ALTER TABLE logs_10s MODIFY SETTING
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_compressed_bytes_to_fsync_after_merge = 1;
