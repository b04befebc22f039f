import { expect, test } from "bun:test";
import type { Failure } from "./failure.ts";
import type { Stage } from "./stage.ts";

/** How a client library speaks of models. */
export interface ModelsClient {
  list(url: string): Promise<readonly { readonly id: string }[]>;
  retrieve(url: string, id: string): Promise<{ readonly id: string }>;
  failRetrieving(url: string, id: string): Promise<Failure>;
}

/** Models: from the configuration, from the upstream's list, from the price list; ids with slashes. */
export function testModels(stage: () => Stage, client: ModelsClient): void {
  test("the model list has what is configured, what upstreams list, and what has a price", async () => {
    const ids = (await client.list(stage().url)).map(({ id }) => id);
    expect(ids).toContain("box/m");
    expect(ids).toContain("script/family/model-7b");
    expect(ids).toContain("openai/gpt-4o-mini");
  });
  for (const id of ["box/m", "script/family/model-7b", "openai/gpt-4o-mini"]) {
    test(`the model ${id} is found by its id`, async () => {
      expect(await client.retrieve(stage().url, id)).toMatchObject({ id });
    });
  }
  test("a model that is not there is a 404", async () => {
    const { kind, status, requestId } = await client.failRetrieving(stage().url, "box/nothing-like-it");
    expect({ kind, status }).toEqual({ kind: "NotFoundError", status: 404 });
    expect(requestId).toMatch(/^req_/);
  });
}
