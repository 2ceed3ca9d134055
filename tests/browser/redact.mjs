// Reads cases as JSON (pairs of texts, and a language) and answers what the extension finds and hides in each.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { redacted } = await import(pathToFileURL(`${process.argv[2]}/redaction/redact.js`));
const answers = JSON.parse(readFileSync(0, "utf8")).map(([texts, language]) => {
  const { findings, failed, texts: made } = redacted(texts, language);
  const found = findings.map(({ pointer, kind, start, end, score, detector, rule }) => [pointer, kind, start, end, score, detector, rule]);
  return { found, failed, made: made.map(([, text]) => text) };
});
process.stdout.write(JSON.stringify(answers));
