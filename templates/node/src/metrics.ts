/** Counts requests, and tells in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export interface Metrics {
  /** @param seconds from the request to the end of its answer */
  answered(method: string, status: number, seconds: number): void;
  text(): string;
}

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  let seconds = 0;
  let count = 0;
  return {
    answered(method, status, duration) {
      // No path among the labels: anybody can ask for any, and each would be kept for ever.
      const labels = `{method="${method}",status="${status}"}`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      seconds += duration;
      count += 1;
    },
    text: () =>
      [
        '# HELP http_requests_total Requests that were answered.',
        '# TYPE http_requests_total counter',
        ...[...requests].map(([labels, value]) => `http_requests_total${labels} ${value}`),
        '# HELP http_request_duration_seconds From the request to the end of its answer.',
        '# TYPE http_request_duration_seconds summary',
        `http_request_duration_seconds_sum ${seconds}`,
        `http_request_duration_seconds_count ${count}`,
        '# HELP process_start_time_seconds When the process started, since the epoch.',
        '# TYPE process_start_time_seconds gauge',
        `process_start_time_seconds ${performance.timeOrigin / 1000}`,
        '# HELP process_resident_memory_bytes Memory of the process.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
        '',
      ].join('\n'),
  };
}
