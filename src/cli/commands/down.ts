export async function down(..._: unknown[]): Promise<number> {
  return 1;
} // placeholder
