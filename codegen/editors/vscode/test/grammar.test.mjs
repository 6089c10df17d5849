// The TextMate grammar over every golden contract: each word has a scope, none is invalid, and the scopes are those on disk.
// BLESS=1 writes them.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const here = import.meta.dirname;
const goldens = path.join(here, "../../../tests/golden");
const scopes = path.join(here, "scopes");
const syntaxes = path.join(here, "../syntaxes");

const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) =>
    scope === "source.almanet"
      ? textmate.parseRawGrammar(fs.readFileSync(path.join(syntaxes, "almanet.tmLanguage.json"), "utf8"), "a.json")
      : null,
});
const grammar = await registry.loadGrammar("source.almanet");

/** The tokens of a text: line by line, each with its innermost scope. */
function tokens(text) {
  let state = textmate.INITIAL;
  return text.split(/\r\n|\r|\n/).map((line) => {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    return result.tokens.map((token) => ({ text: line.slice(token.startIndex, token.endIndex), scopes: token.scopes }));
  });
}

function contracts(folder) {
  return fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".almanet")).sort();
}

for (const name of contracts(goldens)) {
  test(name, () => {
    const lines = tokens(fs.readFileSync(path.join(goldens, name), "utf8"));
    for (const token of lines.flat()) {
      assert(!token.scopes.some((scope) => scope.includes("invalid")), `${token.text} is invalid`);
      assert(token.scopes.length > 1 || !/\w/.test(token.text), `"${token.text}" has no scope`);
    }
    const shown = lines.map((line) =>
      line
        .filter((token) => token.text.trim() !== "")
        .map((token) => `${token.text.trim()}  ${token.scopes.at(-1).replace(/\.almanet$/, "")}\n`)
        .join(""),
    );
    const place = path.join(scopes, `${name.replaceAll(path.sep, "-")}.txt`);
    if (process.env.BLESS) {
      fs.mkdirSync(scopes, { recursive: true });
      fs.writeFileSync(place, shown.join(""));
    }
    assert.equal(shown.join(""), fs.readFileSync(place, "utf8"));
  });
}

test("words are what they are where they stand", () => {
  const scope = (text, word) => tokens(text).flat().findLast((token) => token.text.trim() === word)?.scopes.at(-1);
  const cases = [
    ["record A { type: string }", "type", "variable.other.property.almanet"],
    ["record A { a: record }", "record", "entity.name.type.almanet"],
    ["record A {\n  a: int32 = 5\n  record: c.B\n}", "record", "variable.other.property.almanet"],
    ["record A { a: string = \"x\" b: string }", "b", "variable.other.property.almanet"],
    ["record A { a: M = cheerful, b: string }", "cheerful", "variable.other.constant.almanet"],
    ["service s { procedure p(T) -> stream T }", "stream", "storage.modifier.stream.almanet"],
    ["service s { procedure p(T) raises a, b }", "raises", "keyword.other.raises.almanet"],
    ["@timeout(5s) service s {}", "5s", "constant.numeric.duration.almanet"],
    ["@acme.owner(\"x\") record A {}", "acme.owner", "entity.name.function.decorator.almanet"],
    ["/* a /* b */ c */ record A {}", "record", "storage.type.record.almanet"],
    ["/// docs\nrecord A {}", "/// docs", "comment.line.documentation.almanet"],
    ["//// no docs", "//// no docs", "comment.line.double-slash.almanet"],
    ["open enum E { a, b }", "open", "storage.modifier.open.almanet"],
    ["import \"x.almanet\" as y", "as", "keyword.control.as.almanet"],
  ];
  for (const [text, word, expected] of cases) {
    assert.equal(scope(text, word), expected, text);
  }
});
