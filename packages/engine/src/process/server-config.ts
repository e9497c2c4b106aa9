/**
 * What the process takes besides the memory that the engine counts: pages of its library that are in use (measured 215 to 240 MiB, which the system may
 * drop) and Node.
 */
const UNCOUNTED_BYTES = 240 * 1024 ** 2;
const MIN_COUNTED_BYTES = 256 * 1024 ** 2;

/** Memory that the engine may count for queries, loads, merges and caches when its process is to stay near `memoryMaxBytes`. */
const countedBytes = (memoryMaxBytes: number): number => Math.max(MIN_COUNTED_BYTES, memoryMaxBytes - UNCOUNTED_BYTES);

/** Settings of the embedded server for a small machine, as ClickHouse's configuration file. chDB ignores profiles: see statementDefaults. */
export function serverConfig({ memoryMaxBytes, temporary }: { memoryMaxBytes: number; temporary: string }): string {
  const serverBytes = countedBytes(memoryMaxBytes);
  const cacheBytes = Math.floor(serverBytes / 16);
  return `<clickhouse>
  <logger><level>none</level></logger>
  <timezone>UTC</timezone>
  <max_server_memory_usage>${serverBytes}</max_server_memory_usage>
  <mark_cache_size>${cacheBytes}</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <index_mark_cache_size>${cacheBytes}</index_mark_cache_size>
  <primary_index_cache_size>${cacheBytes}</primary_index_cache_size>
  <mmap_cache_size>1000</mmap_cache_size>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <background_common_pool_size>4</background_common_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <background_move_pool_size>1</background_move_pool_size>
  <max_concurrent_queries>128</max_concurrent_queries>
  <tmp_path>${temporary}</tmp_path>
</clickhouse>
`;
}

/** What each statement starts with; a request's own settings come after. */
export function statementDefaults(memoryMaxBytes: number): Readonly<Record<string, string>> {
  const share = (part: number): string => String(Math.floor(countedBytes(memoryMaxBytes) * part));
  return {
    // chDB takes `1 + 1` as a statement, the server does not.
    implicit_select: '0',
    max_memory_usage: share(0.5),
    max_bytes_before_external_group_by: share(0.25),
    max_bytes_before_external_sort: share(0.25),
    // By default a statement gets one thread for each free GiB: on a small machine, one.
    max_threads_min_free_memory_per_thread: '0',
    max_execution_time: '3600',
  };
}
