// What the page says of its connection to the node.

export type Connection =
  | { is: "off" }
  | { is: "connecting" }
  | { is: "live" }
  /** `retryAt` is on the page's clock; null while an attempt is under way. */
  | { is: "down"; why: string; retryAt: number | null };
