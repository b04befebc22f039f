import { expect, test } from "bun:test";
import { readmePath, renderReference, withReference } from "./write-reference.ts";

test("the README's reference is up to date (bun test/fields/write-reference.ts writes it)", async () => {
  const readme = await Bun.file(readmePath).text();
  expect(withReference(readme)).toBe(readme);
});

test("the reference stands between its markers and nowhere else", () => {
  const readme = "# a\n\n<!-- fields:begin -->\noutdated\n<!-- fields:end -->\n\nb\n";
  const written = withReference(readme);
  expect(written).toStartWith("# a\n\n<!-- fields:begin -->\n\n");
  expect(written).toEndWith("\n\n<!-- fields:end -->\n\nb\n");
  expect(written).toContain(renderReference());
  expect(written).not.toContain("outdated");
  expect(withReference(written)).toBe(written);
  expect(() => withReference("# nothing")).toThrow("fields:begin");
});
