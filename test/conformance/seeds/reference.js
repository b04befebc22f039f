/* oxlint-disable no-console -- the documents print */
// The first document (create chat completion): its TypeScript example. `params` is left open there.
import Dedalus from "dedalus-labs";

const params = { model: "openai/gpt-5-nano", messages: [{ role: "user", content: "Hello, how are you?" }] };

const client = new Dedalus();

const result = await client.chat.completions.create({ ...params });
console.log(result.choices[0].message.content);
