-- What the lines of a frame are: '' for log events, spans or metrics.
ALTER TABLE segment_frames ADD COLUMN IF NOT EXISTS signal String;
