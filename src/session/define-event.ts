import { z } from 'zod';

/** The schema of a kind of fact: `subject.pastTense`, what it holds, and what it says to people. */
export const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S, description: string) =>
  z.object({ type: z.literal(type), ...shape }).describe(description);

export const generation = z.number().int().positive().describe('the number of a save, per image');
export const image = z.string().describe('image name as the manifests write it');
