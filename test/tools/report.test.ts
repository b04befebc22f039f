import { expect, test } from "bun:test";
import { closingLine, readOutcome } from "./report.ts";

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4" assertions="2" failures="1" skipped="2" time="0.01">
  <testsuite name="src/a.test.ts" file="src/a.test.ts" tests="4" failures="1" skipped="2" time="0">
    <testcase name="a &lt;x&gt;" classname="" time="0" file="src/a.test.ts" line="2" assertions="1" />
    <testsuite name="d" file="src/a.test.ts" line="3" tests="3" failures="1" skipped="2" time="0">
      <testcase name="b &amp; c (needs python)" classname="d" time="0" file="src/a.test.ts" line="3" assertions="0">
        <skipped />
      </testcase>
      <testcase name="later" classname="d" time="0" file="src/a.test.ts" line="3" assertions="0">
        <skipped message="TODO" />
      </testcase>
      <testcase name="fails" classname="d" time="0" file="src/a.test.ts" line="3" assertions="1">
        <failure type="AssertionError" message="no">no</failure>
      </testcase>
    </testsuite>
  </testsuite>
</testsuites>
`;

test("a report is counted, todo as skipped", () => {
  const outcome = readOutcome({ report, files: ["src/a.test.ts"], exitCode: 1 });
  expect(outcome).toEqual({ passed: 1, failed: 1, skipped: ["d > b & c (needs python)", "d > later"], faults: [] });
  expect(closingLine(outcome)).toBe("1 passed, 1 failed, 2 skipped");
});

test("a file that is missing from the report failed to load", () => {
  const outcome = readOutcome({ report, files: ["src/a.test.ts", "src/b.test.ts"], exitCode: 1 });
  expect(outcome.failed).toBe(2);
  expect(outcome.faults).toEqual(["src/b.test.ts ran no test"]);
});

test("a run without a whole report, without tests, or with a bad exit code has failed", () => {
  expect(readOutcome({ report: "", files: [], exitCode: 0 }).failed).toBe(1);
  expect(readOutcome({ report: report.slice(0, 900), files: [], exitCode: 0 }).failed).toBe(1);
  expect(
    readOutcome({ report: '<testsuites tests="0" failures="0"></testsuites>', files: [], exitCode: 0 }).failed,
  ).toBe(1);
  const clean = report.replaceAll('failures="1"', 'failures="0"');
  expect(readOutcome({ report: clean, files: [], exitCode: 139 }).faults).toEqual([
    "bun test ended with exit code 139",
  ]);
  expect(readOutcome({ report: clean, files: [], exitCode: 0 }).failed).toBe(0);
});
