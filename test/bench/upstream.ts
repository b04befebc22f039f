/** A model server that costs next to nothing: a 2 KB answer, or a stream of 200 chunks a second. Prints its port. */

const CHUNK_INTERVAL = 5; // ms

const answer = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "m",
  choices: [
    { index: 0, message: { role: "assistant", content: "word ".repeat(340) }, logprobs: null, finish_reason: "stop" },
  ],
  usage: { prompt_tokens: 200, completion_tokens: 340, total_tokens: 540 },
});

const chunk = new TextEncoder().encode(
  `data: ${JSON.stringify({
    id: "chatcmpl-bench",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "m",
    choices: [{ index: 0, delta: { content: "word " }, finish_reason: null }],
  })}\n\n`,
);

const listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();

setInterval(() => {
  for (const listener of listeners) listener.enqueue(chunk);
}, CHUNK_INTERVAL);

function stream(): Response {
  let own: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      own = controller;
      listeners.add(controller);
    },
    cancel() {
      listeners.delete(own);
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const { port } = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    const body = await request.text();
    if (body.includes('"stream":true')) return stream();
    return new Response(answer, { headers: { "content-type": "application/json" } });
  },
});

console.log(port);

export {};
