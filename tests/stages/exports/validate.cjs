// Holds exported documents to AsyncAPI's own parser. Prints a line for each, and one like cargo's at the end.

const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

// Nothing is fetched: documents hold all that they refer to.
for (const name of ["http", "https"]) require(`node:${name}`).request = () => { throw new Error("a validator fetches nothing"); };

// Documents are of AsyncAPI 3.0, which every tool of version 3 reads.
const LEFT_OUT = "asyncapi-latest-version";

async function main() {
    const parser = new Parser();
    let passed = 0;
    let failed = 0;
    for (const path of process.argv.slice(2)) {
        const { document, diagnostics } = await parser.parse(readFileSync(path, "utf8"), { source: path });
        const problems = diagnostics.filter(({ code }) => code !== LEFT_OUT);
        for (const { code, message, path: place } of problems) console.log(`${path}: ${place.join(".")}: ${message} [${code}]`);
        const ok = document !== undefined && problems.length === 0;
        console.log(`test ${path} ... ${ok ? "ok" : "FAILED"}`);
        ok ? (passed += 1) : (failed += 1);
    }
    console.log(`test result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; 0 ignored`);
    process.exitCode = failed ? 1 : 0;
}

main();
