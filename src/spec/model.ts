/** USD per million tokens. An absent price is unknown, never zero. */
export interface ModelPrice {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** What is known of one model. Every absent field is unknown. */
export interface Model {
  /** `provider/name` */
  readonly id: string;
  /** Canonical id of the provider: `openai`, `together`, `box`. */
  readonly provider: string;
  /** The upstream's own name. */
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly ownedBy?: string;
  /** Unix seconds. */
  readonly created?: number;
  readonly deprecated?: boolean;
  /** Context window and longest answer, in tokens. */
  readonly inputTokenLimit?: number;
  readonly outputTokenLimit?: number;
  readonly price?: ModelPrice;
  /** Attributes for routing, 0..1 each. */
  readonly attributes?: Readonly<Record<string, number>>;
  /** Where the facts come from: `configuration`, `upstream` or `prices`. */
  readonly source: "configuration" | "upstream" | "prices";
}
