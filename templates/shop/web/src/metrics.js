/** Counts requests, and tells in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function createMetrics() {
  const requests = new Map();
  return {
    answered(method, status) {
      // No path among the labels: anybody can ask for any, and each would be kept for ever.
      const labels = `{method="${method}",status="${status}"}`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
    },
    text: () =>
      [
        '# HELP http_requests_total Requests that were answered.',
        '# TYPE http_requests_total counter',
        ...[...requests].map(([labels, value]) => `http_requests_total${labels} ${value}`),
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
