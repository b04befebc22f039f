/** The floor to compare with: a pass-through of `Bun.serve` and `fetch` that looks at nothing. Prints its port. */

const { port } = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    const body = await request.arrayBuffer();
    return fetch(`${process.argv[2]}/chat/completions`, { method: "POST", body, headers: request.headers });
  },
});

console.log(port);

export {};
