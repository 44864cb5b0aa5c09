export async function diff(..._: unknown[]): Promise<number> {
  return 1;
} // placeholder
