import { type Vendor, isCalled } from "./vendor.ts";
import { alibaba } from "./vendors/alibaba.ts";
import { azure } from "./vendors/azure.ts";
import { cerebras } from "./vendors/cerebras.ts";
import { cohere } from "./vendors/cohere.ts";
import { deepseek } from "./vendors/deepseek.ts";
import { fireworks } from "./vendors/fireworks.ts";
import { github } from "./vendors/github.ts";
import { groq } from "./vendors/groq.ts";
import { huggingface } from "./vendors/huggingface.ts";
import { llamacpp } from "./vendors/llamacpp.ts";
import { lmstudio } from "./vendors/lmstudio.ts";
import { mistral } from "./vendors/mistral.ts";
import { moonshot } from "./vendors/moonshot.ts";
import { nvidia } from "./vendors/nvidia.ts";
import { ollama } from "./vendors/ollama.ts";
import { openai } from "./vendors/openai.ts";
import { openrouter } from "./vendors/openrouter.ts";
import { perplexity } from "./vendors/perplexity.ts";
import { sim } from "./vendors/sim.ts";
import { together } from "./vendors/together.ts";
import { vercel } from "./vendors/vercel.ts";
import { vllm } from "./vendors/vllm.ts";
import { xai } from "./vendors/xai.ts";
import { zai } from "./vendors/zai.ts";

/** Every vendor perdix knows by name, in the order in which they are listed. A new one is one file and one line here. */
export const roster: readonly Vendor[] = [
  openai,
  xai,
  deepseek,
  mistral,
  groq,
  together,
  fireworks,
  cerebras,
  perplexity,
  moonshot,
  cohere,
  zai,
  huggingface,
  nvidia,
  openrouter,
  azure,
  vercel,
  github,
  alibaba,
  ollama,
  lmstudio,
  llamacpp,
  vllm,
  sim,
];

/** The vendor of a name in any of its spellings; undefined where nobody is called so. */
export function findVendor(name: string): Vendor | undefined {
  return roster.find((vendor) => isCalled(vendor, name));
}
