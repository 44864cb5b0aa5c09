/** What keeps a pod from a node. */
export interface Obstacle {
  /** as the scheduler's plugin says it */
  readonly reason: string;
  /** whether it is other pods that are in the way */
  readonly isOfOthers: boolean;
}
