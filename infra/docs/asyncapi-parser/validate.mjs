// Has the official parser judge the AsyncAPI document on standard input; prints what it finds as JSON, one line per finding.
import { Parser } from "@asyncapi/parser";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { document, diagnostics } = await new Parser().parse(Buffer.concat(chunks).toString("utf-8"));
for (const { severity, code, message, path } of diagnostics) {
  console.log(JSON.stringify({ severity, code, message, path: path.join("/") }));
}
process.exitCode = document === undefined ? 1 : 0;
