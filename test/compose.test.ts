import { expect, test } from "bun:test";
import { parse } from "yaml";

const compose = parse(await Bun.file(`${import.meta.dir}/../compose.yaml`).text());
const { perdix } = compose.services;
const dockerfile: readonly string[] = perdix.build.dockerfile_inline.trim().split("\n");

test("the sidecar shares its application's network and publishes nothing", () => {
  expect(perdix.network_mode).toBe("service:app");
  expect(compose.services.app).toBeDefined();
  expect(perdix.ports).toBeUndefined();
});

test("the sidecar has no root, no capabilities and nowhere to write but its volume", () => {
  expect(dockerfile).toContain("USER 10001");
  expect(perdix).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
  expect(perdix.tmpfs).toEqual(["/tmp"]);
  expect(perdix.volumes).toEqual(["perdix-data:/var/lib/perdix"]);
  expect(Object.keys(compose.volumes)).toEqual(["perdix-data"]);
});

test("the image is the built binary and knows whether it is well", () => {
  expect(dockerfile).toContain("COPY --chmod=0755 dist/perdix /usr/local/bin/perdix");
  expect(perdix.healthcheck.test).toEqual(["CMD", "perdix", "health"]);
});

test("keys are passed through by name, never written down", () => {
  for (const key of perdix.environment) expect(key).toMatch(/^[A-Z_]+$/);
});
