import { expect, test } from "bun:test";
import { discoverLocalServers, fetchProbe } from "./discover.ts";

const vendors = [
  { id: "ollama", localPorts: [11434] },
  { id: "vllm", localPorts: [8000] },
  { id: "llamacpp", localPorts: [8080] },
  { id: "openai" },
];

test("finds the ports that list models, and takes no other program for one", async () => {
  const answers: Readonly<Record<string, unknown>> = {
    "http://127.0.0.1:11434/v1/models": { object: "list", data: null },
    "http://127.0.0.1:8000/v1/models": { data: [{ id: "a" }, { id: "b" }] },
    "http://127.0.0.1:8080/v1/models": { data: "hello" },
  };
  expect(await discoverLocalServers(vendors, (url) => Promise.resolve(answers[url]))).toEqual([
    { vendor: "ollama", port: 11434, baseUrl: "http://127.0.0.1:11434/v1", models: [] },
    { vendor: "vllm", port: 8000, baseUrl: "http://127.0.0.1:8000/v1", models: ["a", "b"] },
  ]);
});

test("leaves our own port alone", async () => {
  const asked: string[] = [];
  await discoverLocalServers(vendors, (url) => Promise.resolve(void asked.push(url)), [8000, 8080]);
  expect(asked).toEqual(["http://127.0.0.1:11434/v1/models"]);
});

test("the probe over HTTP gives up on anything that is not JSON", async () => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => (url.endsWith("/json") ? Response.json({ data: [] }) : new Response("<html>")),
  });
  try {
    expect(await fetchProbe(`${server.url}json`, 5000)).toEqual({ data: [] });
    expect(await fetchProbe(`${server.url}html`, 5000)).toBeUndefined();
  } finally {
    await server.stop(true);
  }
  expect(await fetchProbe(`${server.url}json`, 5000)).toBeUndefined();
});
