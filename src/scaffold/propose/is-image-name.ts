import { imageSchema } from '../../config/schema.ts';

/** Whether a name may stand in `images`: nothing in it is filled in by somebody, and Docker takes it. Pure. */
export const isImageName = (name: string): boolean => imageSchema.shape.name.safeParse(name).success;
