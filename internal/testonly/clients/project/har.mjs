// Judges an HTTP Archive, named by HAR_FILE, by the published JSON Schema of the format.
import { readFile } from "node:fs/promises";
import { har } from "har-validator/lib/promise.js";

await har(JSON.parse(await readFile(process.env.HAR_FILE, "utf8"))).then(() => console.log("ok"), (error) => {
  console.error(JSON.stringify(error.errors, null, 1));
  process.exitCode = 1;
});
