import { expect, test } from "bun:test";
import { fieldByName } from "../dialects/openai-chat/request/fields.ts";
import { createAddress } from "./address.ts";
import { findVendor, roster } from "./roster.ts";
import { compatibleVendor } from "./vendor.ts";

test("no two vendors have a name in common", () => {
  const names = roster.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => name === name.toLowerCase())).toBe(true);
});

test("both spellings of a vendor are found", () => {
  for (const [spelling, id] of [
    ["together_ai", "together"],
    ["fireworks_ai", "fireworks"],
    ["Together", "together"],
    ["llama.cpp", "llamacpp"],
  ]) {
    expect(findVendor(spelling ?? "")?.id).toBe(id);
  }
  expect(findVendor("nobody")).toBeUndefined();
});

test("every vendor's traits name fields the dialect knows", () => {
  for (const { id, traits } of roster) {
    for (const name of traits.extensions ?? []) {
      expect(`${id} ${name} ${fieldByName.get(name)?.fate}`).toBe(`${id} ${name} extension`);
    }
    for (const name of traits.unsupported ?? []) {
      expect(`${id} ${name} ${fieldByName.get(name)?.fate}`).toBe(`${id} ${name} sent`);
    }
  }
});

test("every vendor that needs a key says where it may stand, and has an address or a variable for it", () => {
  for (const { id, auth, keyVariables, baseUrl, baseUrlVariables = [] } of roster) {
    expect([id, auth === "none" || keyVariables.length > 0]).toEqual([id, true]);
    expect([id, URL.canParse(baseUrl ?? "") || baseUrlVariables.length > 0]).toEqual([id, true]);
  }
});

const chat = (url: string) => createAddress(compatibleVendor("box"), url).chat("m", {});

test("a base URL that goes part of the way already is not lengthened by that part", () => {
  expect(chat("http://h:1/v1")).toBe("http://h:1/v1/chat/completions");
  expect(chat("http://h:1/v1/")).toBe("http://h:1/v1/chat/completions");
  expect(chat("http://h:1/v1/chat/completions")).toBe("http://h:1/v1/chat/completions");
  expect(chat("http://h:1/v1?tenant=a")).toBe("http://h:1/v1/chat/completions?tenant=a");
  const { models, host } = createAddress(compatibleVendor("box"), "http://h:1/v1/chat/completions");
  expect([models, host]).toEqual(["http://h:1/v1/models", "h:1"]);
});
