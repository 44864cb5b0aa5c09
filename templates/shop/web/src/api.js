/** The api of the shop. Each call rejects with an Error that says why it does not answer. */
export function createApi(url) {
  const ask = async (path, method = 'GET') => {
    const response = await fetch(new URL(path, url), { method, signal: AbortSignal.timeout(2_000) }).catch((error) => {
      throw new Error(error.cause?.message ?? error.message); // fetch hides what happened in the cause
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  };
  return {
    countVisit: () => ask('/visits'),
    order: () => ask('/orders', 'POST'),
    countOrders: () => ask('/orders'),
  };
}
