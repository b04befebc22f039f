/** `--config FILE` */
export const configFlag = {
  kind: "parsed",
  parse: String,
  brief: "Use this file instead of perdix.yaml",
  placeholder: "FILE",
  optional: true,
} as const;

/** `--data-dir DIR` */
export const dataDirFlag = {
  kind: "parsed",
  parse: String,
  brief: "Use this folder for the daemon's data",
  placeholder: "DIR",
  optional: true,
} as const;

/** `--json` */
export const jsonFlag = { kind: "boolean", brief: "Print JSON", default: false, withNegated: false } as const;
