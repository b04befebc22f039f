import type { LocalServer } from "./discover.ts";

/** A vendor whose key stands in the environment. */
export interface FoundKey {
  readonly vendor: string;
  /** Name of the variable; its value is nobody's business. */
  readonly variable: string;
}

/** What was found on the machine. */
export interface Findings {
  readonly keys: readonly FoundKey[];
  readonly servers: readonly LocalServer[];
}

/** A commented `perdix.yaml` for what was found. Keys stay in the environment; the file only names their variables. */
export function writeSettings({ keys, servers }: Findings): string {
  return `# perdix.yaml: what \`perdix serve\` is told. Every line may be left out.
# \${NAME} is the value of an environment variable, \${NAME:-default} has a default, $\${ is a plain \${.
# \`perdix check\` finds mistakes, \`perdix reload\` makes changes hold without losing a request.

# Where the daemon listens: this machine alone (127.0.0.1, ::1 or localhost).
listen: 127.0.0.1:4010

# Where it keeps its data.
# data_dir: ~/.local/share/perdix

# Upstreams. A vendor whose key stands in the environment is switched on without an entry here.
providers:
${[...keys.map(keyLine), ...servers.map(serverLine)].join("")}  # Any server that speaks the OpenAI API:
  # box: { type: openai-compatible, base_url: http://127.0.0.1:8001/v1, models: [qwen3-8b] }
  # Out of use, though its key is set:
  # groq: { disabled: true }

# Names of your own for models, in the order in which they are tried, and facts about single models.
models:
  # fast: { any_of: [openai/gpt-5-nano, groq/llama-3.1-8b-instant] }
  # box/qwen3-8b: { price: { input: 0, output: 0 }, limits: { input_tokens: 32768 } }

# Refuse every request field that the chosen model cannot honour, harmless hints too.
strict: false

# Browsers and other names: hosts the daemon may be called by, pages that may call it.
# allowed_hosts: [perdix.local]
# allowed_origins: [http://localhost:3000]

# level: debug, info, warn, error. format: auto, pretty, json.
log: { level: info, format: auto }

# limits: { body_megabytes: 64, drain_seconds: 30 }

# Seconds to an upstream's headers, between its bytes, and in all.
# timeouts: { headers: 600, idle: 300, total: 3600 }
`;
}

function keyLine({ vendor, variable }: FoundKey): string {
  return `  ${vendor}: { api_key: "\${${variable}}" }\n`;
}

function serverLine({ vendor, baseUrl, models }: LocalServer): string {
  return `  # Found running, with ${models.length} models:\n  ${vendor}: { base_url: ${baseUrl} }\n`;
}
